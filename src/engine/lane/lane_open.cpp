#include <utility>

#include "core/log.h"
#include "engine/lane/lane.h"

namespace lyn {

namespace {

/// The camera's word on a stream that does not say which matrix its colours have.
void override_untagged(Colour& colour, const CameraConfig& camera) {
  if (!camera.matrix || colour.matrix != Matrix::unspecified) return;
  colour.matrix = *camera.matrix == "bt601"   ? Matrix::bt601
                  : *camera.matrix == "bt709" ? Matrix::bt709
                                              : Matrix::bt2020;
}

}  // namespace

Status Lane::handle(SourceOpened& event) {
  override_untagged(event.stream.colour, setup_.camera);
  if (event.leaves_sound && !std::exchange(told_of_sound_, true)) {
    log::warning(setup_.camera.source_shown + ": its sound is of a kind that is not copied; AAC and G.711 are");
  }
  if (const Status room = admit_stream(event.stream); !room) {
    if (!camera_ || room_elsewhere_) return room.error();
    camera_->refuse(event.attempt, room.error());
    return {};
  }
  if (camera_) {
    camera_->opened(event);
    return {};
  }
  if (Status opened = open_decoder_for(event.stream); !opened) return cannot_decode(opened.error());
  return open_stages(event.audio);
}

/// For the first pictures, or for those of another kind that a camera came back with.
Status Lane::open_decoder_for(const StreamInfo& stream) {
  cold();
  LYN_TRY(decoder_, make_decoder(stream));
  coding_ = stream;
  decoder_open_ = false;
  return {};
}

/// What stands behind the decoder.
Status Lane::open_stages(const std::optional<AudioInfo>& audio) {
  LYN_TRY(stream_, setup_.device.open_stream());
  if (setup_.model.motion) {
    const DetectorConfig& detector = setup_.camera.detector;
    const MotionOptions options{detector.motion.sensitivity, detector.motion.min_area,
                                static_cast<float>(detector.floor), static_cast<float>(detector.nms)};
    motion_ = std::make_unique<MotionDetector>(setup_.device, options, frames_.capacity());
  } else if (!setup_.model.batcher) {
    LYN_TRY(lone_slot_, setup_.device.pool().lease(setup_.model.input.slot_bytes()));
  }
  LYN_TRY(outputs_, LaneOutputs::open(outputs_setup(), shown_stream(), audio, setup_.live));
  if (!camera_ && !(load_ && load_->overload().overloaded())) tally_.state("running");
  return {};
}

Result<std::unique_ptr<Decoder>> Lane::make_decoder(const StreamInfo& stream) const {
  const Interlaced interlaced = setup_.decode.interlaced == "bob" ? Interlaced::bob : Interlaced::weave;
  return setup_.backend.make_decoder(setup_.device, stream, {setup_.decode.threads, interlaced});
}

/// The connection that it was asked for may be lost by now.
Status Lane::handle(TurnGiven&) {
  if (first_key_) return open_decoder();
  setup_.start_gate.done(*this);
  return {};
}

/// It is with its first keyframe that a decoder takes what it needs of the device.
Status Lane::open_decoder() {
  PacketArrived event = std::move(*first_key_);
  first_key_.reset();
  if (setup_.paced) event.arrival = setup_.clock.now();  // the clock of a file starts with its decoder
  Status status = decode(event);
  decoder_open_ = true;
  setup_.start_gate.done(*this);
  return status;
}

}  // namespace lyn
