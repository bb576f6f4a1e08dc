#pragma once

#include <functional>

#include "config/config.h"
#include "engine/devices/admission.h"
#include "engine/models/models.h"
#include "engine/run/room_check.h"

namespace lyn {

/// Asks a device's Admission for one camera, in the terms of its stream and its configuration.
class LaneRoom final : public RoomCheck {
 public:
  using OnAnswer = std::function<void(const AdmissionAnswer&)>;
  /// `model` and what `admission` is stay; `on_answer` is called with each answer, on the lane's thread.
  LaneRoom(Admission& admission, const CameraConfig& camera, const DecodeConfig& decode, const LaneModel& model,
           bool degrade, OnAnswer on_answer);

  AdmissionAnswer ask(const StreamInfo& stream, std::size_t pictures) override;
  void set_factor(int factor) override { admission_.set_factor(camera_.id, factor); }
  void decoded(const StreamInfo& stream, std::uint64_t pictures, std::chrono::nanoseconds cpu) override;

 private:
  Admission& admission_;
  const CameraConfig camera_;
  const DecodeConfig decode_;
  const LaneModel& model_;
  const bool degrade_;
  const OnAnswer on_answer_;
};

/// What a stream and a detector ask for. `pictures`: that the lane may hold.
CameraNeed need_of(const CameraConfig& camera, const StreamInfo& stream, const LaneModel& model, std::size_t pictures);

}  // namespace lyn
