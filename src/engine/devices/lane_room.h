#pragma once

#include <functional>

#include "config/config.h"
#include "engine/devices/admission.h"
#include "engine/models/models.h"
#include "engine/run/room_check.h"

namespace lyn {

/// Asks for room for one camera, in the terms of its stream and its configuration.
class LaneRoom final : public RoomCheck {
 public:
  /// Whether there is room for so much; on the lane's thread.
  using Ask = std::function<AdmissionAnswer(const CameraNeed&)>;
  /// `admission`, of the device where the camera runs, and `model` stay.
  LaneRoom(Admission& admission, const CameraConfig& camera, const DecodeConfig& decode, const LaneModel& model,
           Ask ask);

  AdmissionAnswer ask(const StreamInfo& stream, std::size_t pictures) override;
  void set_factor(int factor) override { admission_.set_factor(camera_.id, factor); }
  void decoded(const StreamInfo& stream, std::uint64_t pictures, std::chrono::nanoseconds cpu) override;

 private:
  Admission& admission_;
  const CameraConfig camera_;
  const DecodeConfig decode_;
  const LaneModel& model_;
  const Ask ask_;
};

/// What a camera is taken to be until its stream is known.
StreamInfo usual_stream();

/// What a stream and a detector ask for. `pictures`: that the lane may hold.
CameraNeed need_of(const CameraConfig& camera, const StreamInfo& stream, const LaneModel& model, std::size_t pictures);

}  // namespace lyn
