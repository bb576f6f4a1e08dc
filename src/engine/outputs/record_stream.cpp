#include "engine/outputs/record_stream.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/log.h"
#include "core/out_of_memory.h"
#include "core/this_thread.h"
#include "engine/camera/same_coding.h"
#include "engine/camera/time_line.h"
#include "engine/intake/reader_options.h"

namespace lyn {

namespace {

constexpr std::size_t kPacketsWaiting = 32;

/// Of all that the camera writes, what this stream is for.
RecordStream::Setup for_video(RecordStream::Setup setup) {
  OutputsConfig outputs;
  outputs.video = setup.camera.outputs.video;
  outputs.codec = setup.camera.outputs.codec;
  outputs.segment = setup.camera.outputs.segment;
  outputs.audio = setup.camera.outputs.audio;
  setup.camera.outputs = outputs;
  return setup;
}

}  // namespace

RecordStream::RecordStream(Setup setup)
    : setup_(for_video(std::move(setup))),
      name_(setup_.camera.id + "/record"),
      inbox_(std::make_shared<LaneInbox>(kPacketsWaiting, setup_.live ? WhenFull::drop_oldest : WhenFull::block)),
      tally_(name_, ""),
      attempts_(reader_options(setup_.camera, setup_.camera.streams.record.reveal(), setup_.options), inbox_,
                setup_.clock) {
  if (!setup_.live) return;
  camera_.emplace(name_, setup_.options.retry, setup_.camera.stall_timeout, attempts_, tally_, setup_.clock);
}

RecordStream::~RecordStream() {
  stop();
  if (thread_.joinable()) thread_.join();
}

void RecordStream::start() {
  thread_ = std::thread([this] { run(); });
}

void RecordStream::stop() {
  attempts_.stop();
  inbox_->push(StopRequested{});
}

Status RecordStream::join() {
  if (thread_.joinable()) thread_.join();
  return status_;
}

void RecordStream::run() {
  name_this_thread("record");
  if (camera_) {
    camera_->start();
  } else {
    attempts_.open(0);
    attempts_.start_clock();
  }
  status_ = or_out_of_memory(ErrorKind::device, [this] { return loop(); });
  inbox_->close();
  attempts_.end(name_);
  const Status finished = or_out_of_memory(ErrorKind::device, [this] { return finish(); });
  if (status_ && !finished) status_ = finished;
  if (status_ && !camera_) tally_.state("ended");
  if (status_) return;
  tally_.state("failed", status_.error().text());
  // A file that ends early leaves what is looked at to go on to its end.
  if (status_.error().kind != ErrorKind::source) setup_.on_failed(status_.error());
}

Status RecordStream::loop() {
  while (auto event = inbox_->pop(true, camera_ ? camera_->deadline() : std::nullopt)) {
    LYN_CHECK(std::visit([this](auto& what) { return handle(what); }, *event));
    if (camera_) camera_->tick();
    tally_.dropped_packets("backlog", inbox_->take_dropped());
    if (inbox_->take_lost_sound() && outputs_) outputs_->sound_was_lost();
    if (camera_ && camera_->take_lost()) LYN_CHECK(end_connection());
    if (done_) break;
  }
  return {};
}

Status RecordStream::finish() {
  const Status ended = end_connection();
  const Status finished = outputs_ ? outputs_->finish() : Status();
  return ended ? finished : ended;
}

Status RecordStream::handle(MediaSeen& event) {
  if (camera_) camera_->media_seen(event.attempt);
  return {};
}

Status RecordStream::handle(SourceOpened& event) {
  if (event.leaves_sound && !std::exchange(told_of_sound_, true)) {
    log::warning(name_ + ": its sound is of a kind that is not copied; AAC and G.711 are");
  }
  if (camera_) {
    camera_->opened(event);
    return {};
  }
  LYN_TRY(outputs_, LaneOutputs::open(outputs_setup(), event.stream, event.audio, false));
  tally_.state("running");
  return {};
}

Status RecordStream::handle(PacketArrived& event) {
  if (!camera_) {
    tally_.packet();
    return outputs_->packet(event.packet, event.tick_offset);
  }
  const auto use = camera_->use_of(event);
  if (use == CameraLink::Use::stale) return {};
  if (use == CameraLink::Use::first) LYN_CHECK(use_connection());
  tally_.dropped_packets("unread", event.packet.dropped_before);
  waits_for_key_ = waits_for_key_ && !event.packet.key;
  if (waits_for_key_) {
    tally_.dropped_packets("undecodable", 1);
    return {};
  }
  tally_.packet();
  return place(event);
}

Status RecordStream::handle(SoundArrived& event) {
  if (event.packet.pts == kNoTimestamp || !outputs_) return {};
  if (!camera_) {
    outputs_->sound(std::move(event.packet), event.offset);
    return {};
  }
  if (!camera_->uses(event.attempt) || !camera_->audio() || !line_.known()) return {};
  // Sound and pictures of a connection have one zero: what moves the one moves the other.
  const Rational base = camera_->audio()->base();
  const double shift = MediaTime{line_.ours({0, camera_->stream().time_base}), TimeLine::kBase}.seconds();
  outputs_->sound(std::move(event.packet),
                  std::llround(shift * static_cast<double>(base.den) / static_cast<double>(base.num)));
  return {};
}

Status RecordStream::handle(SourceEnded& event) {
  if (!camera_) {
    done_ = true;
    return {};
  }
  camera_->failed(event.attempt, {ErrorKind::source, setup_.camera.streams.record_shown + ": the stream ended",
                                  "check the source; a camera's stream has no end", SourceFault::closed});
  return {};
}

Status RecordStream::handle(SourceFailed& event) {
  if (!camera_) return event.error;
  camera_->failed(event.attempt, event.error);
  return {};
}

Status RecordStream::handle(StopRequested&) {
  done_ = true;
  if (camera_) camera_->end();
  return {};
}

/// The first packet of another connection is at hand.
Status RecordStream::use_connection() {
  LYN_CHECK(end_connection());
  line_.new_connection();
  waits_for_key_ = true;
  const StreamInfo& stream = camera_->stream();
  const bool same = same_coding(coding_, stream);
  coding_ = stream;
  StreamInfo shown = stream;
  shown.time_base = TimeLine::kBase;
  if (outputs_) return outputs_->change_source(outputs_setup(), shown, camera_->audio(), same);
  LYN_TRY(outputs_, LaneOutputs::open(outputs_setup(), shown, camera_->audio(), true));
  return {};
}

/// Packets wait until it is known where the connection lies. Where the other stream gives nothing, this one begins the
/// line.
Status RecordStream::place(PacketArrived& event) {
  const SecondLine::Seen seen{
      {event.packet.pts, coding_.time_base}, event.arrival, event.packet.captured, event.packet.key};
  line_.note(seen, setup_.anchor.get());
  waiting_.push_back(std::move(event));
  if (!line_.known() && line_.waited()) {
    const PacketArrived& first = waiting_.front();
    (void)setup_.anchor.begin({0, first.arrival, first.packet.captured});
    line_.note(seen, setup_.anchor.get());
  }
  tell_place();
  if (line_.known()) return release();
  if (waiting_.size() > kMostWaiting) forget_oldest();
  return {};
}

void RecordStream::tell_place() {
  if (std::exchange(told_by_, line_.by()) == line_.by() || !line_.known()) return;
  const bool reported = line_.by() == SecondLine::By::reports;
  tally_.placed_by(reported ? "reports" : "arrival");
  if (reported) return;
  log::warning(name_ +
               ": the camera's two streams tell no common time (RTCP sender reports): the recording is laid beside "
               "the detections by when packets came, which the network may shift; let the camera send reports");
}

Status RecordStream::release() {
  for (; !waiting_.empty(); waiting_.pop_front()) LYN_CHECK(write(std::move(waiting_.front().packet)));
  return {};
}

/// What was captured before the camera's line began is before its first frame, and left out up to the next keyframe.
/// Decoding times rise over all connections.
Status RecordStream::write(Packet packet) {
  const Rational base = coding_.time_base;
  if (packet.pts != kNoTimestamp) packet.pts = line_.ours({packet.pts, base});
  const bool too_early = packet.pts != kNoTimestamp && packet.pts < 0;
  waits_for_start_ = too_early || (waits_for_start_ && !packet.key);
  if (waits_for_start_) {
    tally_.video_dropped();
    return {};
  }
  if (packet.dts != kNoTimestamp) {
    packet.dts = line_.ours({packet.dts, base});
    if (last_dts_) packet.dts = std::max(packet.dts, *last_dts_ + 1);
    last_dts_ = packet.dts;
    if (packet.pts != kNoTimestamp) packet.pts = std::max(packet.pts, packet.dts);
  }
  packet.duration = std::llround(MediaTime{packet.duration, base}.seconds() * static_cast<double>(TimeLine::kBase.den));
  return outputs_->packet(packet, 0);
}

/// What waits is of a connection that reports never placed.
Status RecordStream::end_connection() {
  if (waiting_.empty()) return {};
  line_.settle(setup_.anchor.get());
  tell_place();
  if (line_.known()) return release();
  for (; !waiting_.empty(); waiting_.pop_front()) tally_.video_dropped();
  return {};
}

/// Whole groups of pictures: what stays can be decoded.
void RecordStream::forget_oldest() {
  do {
    waiting_.pop_front();
    tally_.video_dropped();
  } while (!waiting_.empty() && !waiting_.front().packet.key);
  waits_for_key_ = waiting_.empty();
}

LaneOutputs::Setup RecordStream::outputs_setup() {
  return {setup_.backend, setup_.device,      setup_.camera, setup_.camera_number, setup_.records, no_labels_,
          setup_.stages,  setup_.options.tap, setup_.clock,  setup_.again,         tally_,         setup_.live};
}

}  // namespace lyn
