#include <utility>

#include "engine/camera/same_coding.h"
#include "engine/lane/lane.h"

namespace lyn {

/// What is copied comes over a connection of its own, and this one has no video to write.
void Lane::open_record_stream() {
  record_ = std::make_unique<RecordStream>(
      RecordStream::Setup{setup_.camera, setup_.camera_number, setup_.again, setup_.live && !setup_.paced,
                          setup_.options, setup_.backend, setup_.device, setup_.records, setup_.stages, anchor_,
                          setup_.clock, [this](const Error& error) { inbox_->push(InferenceFailed{error}); }});
  setup_.camera.outputs.video.clear();
}

CameraSummary Lane::summary() const {
  CameraSummary summary = tally_.summary();
  if (!record_) return summary;
  const CameraSummary record = record_->summary();
  summary.outputs.insert(record.outputs.begin(), record.outputs.end());
  summary.record = std::make_shared<const CameraSummary>(record);
  return summary;
}

/// After each event: what is due is done, and what was lost is let go of.
Status Lane::mind_camera() {
  camera_->tick();
  packets_lost("backlog", inbox_->take_dropped());
  if (inbox_->take_lost_sound() && outputs_) outputs_->sound_was_lost();
  if (camera_->take_lost()) LYN_CHECK(let_go_of_connection());
  // Nobody waits for a camera that is not there.
  if (!warm_ && camera_->waits()) setup_.on_warm(*this, {});
  return {};
}

/// What the decoder still holds comes out now: frames that came are worth their record. Then it starts anew.
Status Lane::let_go_of_connection() {
  if (first_key_) {
    first_key_.reset();
    setup_.start_gate.done(*this);
  }
  forget_load();
  if (!decoder_ || stopping_) return {};
  rewinding_ = true;
  return drain();
}

/// The first packet of another connection is at hand; nothing of the one before is in the decoder any more.
/// False when the device cannot decode what the camera sends now: that is this camera's trouble, not the run's.
Result<bool> Lane::use_connection(int attempt) {
  LYN_CHECK(unplaced_.end_connection(time_line_, outputs_.get()));
  time_line_.new_connection();
  arrivals_.forget();
  if (scene_) scene_->interrupted();
  const StreamInfo& stream = camera_->stream();
  const bool first = !outputs_;
  const bool same = decoder_ && same_coding(coding_, stream);
  if (!same) {
    const Status opened = open_decoder_for(stream);
    if (!opened && !is_cameras_trouble(opened.error(), first)) return opened.error();
    if (!opened) {
      camera_->failed(attempt, {ErrorKind::source, setup_.camera.source_shown + ": " + opened.error().what,
                                opened.error().remedy, SourceFault::unsupported});
      return false;
    }
  } else if (!warm_) {
    cold();
  }
  if (first) {
    LYN_CHECK(open_stages(camera_->audio()));
  } else {
    LYN_CHECK(outputs_->change_source(outputs_setup(), shown_stream(), camera_->audio(), same));
  }
  return true;
}

/// The decoder gave up on what comes. A camera may send something else the next time, to a decoder that has seen
/// nothing.
Status Lane::cannot_decode(Error error) {
  if (error.kind != ErrorKind::device) return error;
  error.fault = SourceFault::unsupported;
  if (!camera_ || !frames_.empty() || !is_cameras_trouble(error, next_index_ == 0)) return error;
  LYN_TRY(decoder_, make_decoder(coding_));
  decoder_dry_ = true;
  camera_->failed(camera_->in_use(), {ErrorKind::source, setup_.camera.source_shown + ": " + error.what, error.remedy,
                                      SourceFault::unsupported});
  return {};
}

/// What the device cannot decode is tried again, since cameras can be set to send something else; on the command line
/// it is refused at the start. A device that is lost is not the camera's.
bool Lane::is_cameras_trouble(const Error& error, bool first) const {
  if (error.kind != ErrorKind::device || (first && setup_.options.sources_from_command_line)) return false;
  (void)setup_.device.memory();  // hears of a loss that nothing has asked about yet
  return !setup_.backend.is_lost(setup_.device);
}

/// As outputs see it: its times are those of the line.
StreamInfo Lane::shown_stream() const {
  StreamInfo stream = coding_;
  if (camera_) stream.time_base = TimeLine::kBase;
  return stream;
}

/// When the picture was taken, by the camera's own clock where its reports tell, else when it came. It labels; nothing
/// is decided by it, since either clock may be set at any moment.
Clock::Wall Lane::wall_of(const PacketArrived& event) const {
  if (event.packet.captured) return *event.packet.captured;
  const auto ago = setup_.clock.now() - event.arrival;
  return setup_.clock.wall() - std::chrono::duration_cast<Clock::Wall::duration>(ago);
}

/// With another stream on the line, the camera's clock says where a connection lies, and whoever came first began it.
TimeLine::Place Lane::placed(MediaTime source, const Arrival& arrival) {
  if (!record_) return time_line_.place(source, arrival.when);
  if (!time_line_.began()) {
    const auto begun = anchor_.begin({0, arrival.when, arrival.captured});
    if (begun) time_line_.begin(begun->ours, begun->arrival, begun->captured);
  }
  const TimeLine::Place place = time_line_.place(source, arrival.when, arrival.captured);
  anchor_.set({time_line_.ours(source), arrival.when, arrival.captured});
  return place;
}

/// A frame's one time from here on: records, tracks and video all have it.
Status Lane::place_in_time(LaneFrame& frame, const Arrival& arrival) {
  const MediaTime source = frame.frame.pts;
  const TimeLine::Place place = placed(source, arrival);
  frame.frame.pts = place.pts;
  frame.wall = arrival.wall;
  frame.discontinuity = place.discontinuity || arrival.discontinuity;
  return unplaced_.placed(source, place.pts, time_line_, *outputs_);
}

}  // namespace lyn
