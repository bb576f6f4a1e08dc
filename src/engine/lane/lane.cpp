#include "engine/lane/lane.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "core/out_of_memory.h"
#include "core/this_thread.h"
#include "core/wall_time.h"
#include "device/scope.h"
#include "engine/intake/reader_options.h"

namespace lyn {

namespace {

/// Compressed pictures that may wait for the lane: a second of video and more, a few MB at most.
constexpr std::size_t kPacketsWaiting = 32;
/// Frames in flight beyond the batch slots: reordering and frames that are skipped.
constexpr std::size_t kSpareFrames = 16;

std::size_t ring_capacity(const Batcher* batcher) {
  const auto slots = batcher == nullptr ? 0 : static_cast<std::size_t>(batcher->slots_per_group());
  return 2 * slots + kSpareFrames;
}

bool is_camera(const Lane::Setup& setup) {
  return setup.live && !setup.paced;
}

/// Nothing that is encoded can be left out of a file of copied packets.
Overload overload_of(const CameraConfig& camera) {
  const OutputsConfig& outputs = camera.outputs;
  const bool pictures = outputs.encodes_video() || !outputs.snapshots.dir.empty();
  return {camera.objective, camera.detector.every, pictures, std::hash<std::string>()(camera.id)};
}

}  // namespace

Lane::Lane(Setup setup)
    : setup_(std::move(setup)),
      inbox_(std::make_shared<LaneInbox>(kPacketsWaiting,
                                         lyn::is_camera(setup_) ? WhenFull::drop_oldest : WhenFull::block)),
      tally_(setup_.camera.id, setup_.device.name()),
      attempts_(reader_options(setup_.camera, setup_.camera.source.reveal(), setup_.options), inbox_, setup_.clock),
      unplaced_(tally_),
      frames_(ring_capacity(setup_.model.batcher.get())),
      letterbox_(setup_.device, setup_.model.input) {
  if (setup_.live) load_.emplace(setup_.camera.objective, overload_of(setup_.camera));
  if (setup_.live && setup_.camera.conditions.any()) {
    scene_.emplace(SceneWatch::Setup{setup_.camera.id, setup_.camera.conditions, setup_.device, tally_,
                                     setup_.stages.scene, setup_.clock});
  }
  if (setup_.camera.records_apart()) open_record_stream();
  if (!lyn::is_camera(setup_)) return;
  epoch_ = static_cast<std::uint64_t>(microseconds_of(setup_.clock.wall()) / 1000);
  camera_.emplace(setup_.camera.id, setup_.options.retry, setup_.camera.stall_timeout, attempts_, tally_, setup_.clock);
}

Lane::~Lane() {
  stop();
  join();
}

void Lane::start() {
  if (!camera_) attempts_.open(0);
  if (record_) record_->start();
  thread_ = std::thread([this] { run(); });
}

void Lane::stop() {
  attempts_.stop();
  if (record_) record_->stop();
  inbox_->push(StopRequested{});
}

void Lane::join() {
  if (thread_.joinable()) thread_.join();
}

void Lane::run() {
  name_this_thread(setup_.camera.id.c_str());
  if (camera_) camera_->start();
  Status status = or_out_of_memory(ErrorKind::device, [this] { return loop(); });
  inbox_->close();
  if (record_ && (camera_ || !status)) record_->stop();
  attempts_.end(id());
  Status finished = or_out_of_memory(ErrorKind::device, [&] { return finish(!status); });
  if (status && !finished) status = finished;
  const Status recorded = record_ ? record_->join() : Status();
  if (status && !recorded) status = recorded;
  if (status) {
    if (!camera_) tally_.state("ended");
    setup_.on_ended(*this, std::nullopt);
  } else {
    const char* state = refused_ ? name_of(CameraState::refused) : room_elsewhere_ ? "ended" : "failed";
    tally_.state(state, status.error().text());
    setup_.on_ended(*this, status.error());
  }
}

Status Lane::loop() {
  while (auto event = inbox_->pop(wants_packets(), camera_ ? camera_->deadline() : std::nullopt)) {
    LYN_CHECK(std::visit([this](auto& what) { return handle(what); }, *event));
    if (camera_) LYN_CHECK(mind_camera());
    if (!decoder_) {
      if (stopping_) break;
      continue;
    }
    LYN_CHECK(advance());
    if (load_) judge_load();
    if (draining_ && !rewinding_ && decoder_dry_ && frames_.empty()) break;
  }
  if (source_error_) return *source_error_;
  if (next_index_ == 0 && !stopping_ && !camera_) {
    return Error{ErrorKind::source, setup_.camera.source_shown + ": not one picture could be decoded",
                 "check that it plays elsewhere; it may be damaged or end before its first keyframe"};
  }
  return {};
}

/// Gives everything back in the order of the frame's way, and closes the accounts: what a
/// failure left under way is neither processed nor undecodable.
Status Lane::finish(bool failed) {
  setup_.start_gate.done(*this);
  if (setup_.model.batcher) setup_.model.batcher->remove(*this);
  const Status idle =
      stream_ ? stream_->synchronize() : Status();  // fails with the device: the rest is done all the same
  const CameraSummary counts = tally_.summary();
  std::uint64_t accounted = counts.frames_decoded;
  for (const auto& [reason, count] : counts.dropped) accounted += count;
  if (counts.frames_in > accounted) tally_.dropped(failed ? "unfinished" : "undecodable", counts.frames_in - accounted);
  for (; !frames_.empty(); frames_.pop()) {
    if (frames_.front().state != LaneFrame::State::skipped) tally_.skipped("unfinished");
  }
  const Status placed = unplaced_.end_connection(time_line_, outputs_.get());
  const Status written = outputs_ ? outputs_->finish() : Status();
  if (!idle) return idle;
  return placed ? written : placed;
}

bool Lane::wants_packets() const {
  if (draining_ || first_key_ || frames_.full() || !decoder_dry_) return false;
  return setup_.live || waiting_ == 0;
}

Status Lane::handle(MediaSeen& event) {
  if (camera_) camera_->media_seen(event.attempt);
  return {};
}

Status Lane::handle(PacketArrived& event) {
  if (camera_) {
    const auto use = camera_->use_of(event);
    if (use == CameraLink::Use::stale) return {};
    if (use == CameraLink::Use::first) {
      LYN_TRY(const bool used, use_connection(event.attempt));
      if (!used) return {};
    }
  }
  if (decoder_open_ || !event.packet.key) return decode(event);
  first_key_ = std::move(event);
  return setup_.start_gate.ask(*this) ? open_decoder() : Status();
}

Status Lane::handle(SoundArrived& event) {
  if (!camera_) {
    if (outputs_) outputs_->sound(std::move(event.packet), event.offset);
  } else if (camera_->uses(event.attempt) && camera_->audio()) {
    unplaced_.sound(std::move(event.packet), camera_->audio()->base());
  }
  return {};
}

Status Lane::decode(const PacketArrived& event) {
  tally_.packet();
  if (load_) load_->packet();
  packets_lost("unread", event.packet.dropped_before);
  tick_offset_ = event.tick_offset;
  arrivals_.note(event.packet.pts, {setup_.live ? event.arrival : setup_.clock.now(), event.packet.discontinuity,
                                    camera_ ? wall_of(event) : Clock::Wall(), event.packet.captured});
  if (!camera_) {
    LYN_CHECK(outputs_->packet(event.packet, event.tick_offset));
  } else if (outputs_->copies()) {
    unplaced_.packet(event.packet);
  }
  const StageScope scope(id().c_str(), "decode");
  StageTimer timer(setup_.stages.decode);
  const LoadWatch::Work work(watch(), &LoadWindow::decoding, setup_.clock);
  const CpuTimer cpu(decode_cpu());
  ++decode_pictures_;
  decoder_dry_ = false;
  Status sent = decoder_->send(event.packet);
  if (setup_.paced) attempts_.start_clock();
  return sent ? sent : cannot_decode(sent.error());
}

Status Lane::handle(SourceRewound&) {
  rewinding_ = true;
  return drain();
}

Status Lane::handle(SourceEnded& event) {
  if (!camera_) return drain();
  camera_->failed(event.attempt, {ErrorKind::source, setup_.camera.source_shown + ": the stream ended",
                                  "check the source; a camera's stream has no end", SourceFault::closed});
  return {};
}

/// What came before the failure is still worth finishing.
Status Lane::handle(SourceFailed& event) {
  if (camera_) {
    camera_->failed(event.attempt, event.error);
    return {};
  }
  if (!decoder_) return event.error;
  source_error_ = event.error;
  return drain();
}

Status Lane::handle(BoxesReady& event) {
  LaneFrame& frame = frames_.by_ticket(event.ticket);
  // One that was given up meanwhile has left its place to another.
  if (frame.index != event.frame || frame.state != LaneFrame::State::inferring) return {};
  frame.state = LaneFrame::State::inferred;
  if (load_) frame.answered = setup_.clock.now();
  return {};
}

Status Lane::handle(SlotFree&) {
  return {};
}

Status Lane::handle(InferenceFailed& event) {
  return event.error;
}

Status Lane::handle(StopRequested&) {
  stopping_ = true;
  rewinding_ = false;
  first_key_.reset();
  if (camera_) camera_->end();
  return decoder_ ? drain() : Status();
}

Status Lane::handle(DeadlinePassed&) {
  return {};
}

Status Lane::drain() {
  if (std::exchange(draining_, true)) return {};
  decoder_dry_ = false;
  return decoder_->drain();
}

/// Moves every frame as far as it can go now.
Status Lane::advance() {
  for (bool room = true; room;) {
    LYN_CHECK(pull_frames());
    let_pictures_go();
    LYN_CHECK(complete_finished());
    LYN_TRY(room, give_up_oldest());
  }
  if (draining_ && decoder_dry_ && waiting_ == 0 && setup_.slots != nullptr && std::exchange(batch_open_, false)) {
    setup_.model.batcher->flush(*setup_.slots);
  }
  // A camera may come back with other pictures: what is under way belongs to the decoder and the video of before.
  const bool through = waiting_ == 0 && (!camera_ || frames_.empty());
  if (rewinding_ && decoder_dry_ && through) {
    rewinding_ = draining_ = false;
    if (motion_) motion_->reset();
    return decoder_->reset();
  }
  return {};
}

void Lane::on_found(std::size_t ticket, const Findings& found) {
  LaneFrame& frame = frames_.by_ticket(ticket);
  frame.found.assign(found);
  inbox_->push(BoxesReady{ticket, frame.index});
}

}  // namespace lyn
