#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/this_thread.h"
#include "device/device.h"
#include "device/violation.h"
#include "engine/devices/admission.h"
#include "engine/devices/throttle_watch.h"
#include "engine/lane/lane.h"
#include "engine/lane/start_gate.h"
#include "engine/models/models.h"
#include "engine/run/backend.h"
#include "engine/run/summary.h"

namespace lyn {

/// One device of a run, and what there is once a device: the models that are loaded there, whose decoder may open
/// next, and whether all of its lanes are warm.
class RunDevice {
 public:
  /// `on_warm` is called each time that all lanes here have become warm, on a lane's
  /// thread. Error `device`: it cannot be used.
  static Result<std::unique_ptr<RunDevice>> open(const DeviceChoice& choice, const ModelsOptions& models,
                                                 std::function<void()> on_warm);

  [[nodiscard]] const Backend& backend() const { return backend_; }
  [[nodiscard]] Device& device() { return *device_; }
  [[nodiscard]] const Device& device() const { return *device_; }
  [[nodiscard]] Models& models() { return models_; }
  [[nodiscard]] StartGate& start_gate() { return start_gate_; }
  /// Keeps the caller, and all threads that it starts meanwhile, on the processors near the device.
  [[nodiscard]] KeptTo kept_near() const { return KeptTo(processors_near_); }
  [[nodiscard]] Admission& admission() { return *admission_; }
  [[nodiscard]] bool is_lost() const { return backend_.is_lost(*device_); }
  /// What it says of itself, once a second: `seconds` since the last time. On one thread.
  void take_reading(double seconds);
  /// Adds what there is to say of it so far. Any thread.
  void add_to(RunSummary& summary) const;

  /// A lane opens a decoder: until it is warm or has ended, the pool may grow. Any thread; more calls change nothing.
  void lane_cold(const Lane& lane);
  /// `ahead`: leases for what the lane may hold at its worst, kept until all lanes here have brought theirs, so that
  /// none counts on another's. They take the place of those that it brought before: where cameras come and go, it may
  /// be long until all are warm.
  void lane_warm(const Lane& lane, std::vector<Buffer> ahead);
  void lane_ended(const Lane& lane);
  [[nodiscard]] bool warm() const;

  /// Reports reasons for which more left the device than `frames` frames and the known pictures may send.
  void check_budgets(std::uint64_t frames, ViolationLog& violations);

 private:
  RunDevice(const Backend& backend, const ModelsOptions& models, std::function<void()> on_warm);
  void no_longer_cold(const Lane& lane, std::unique_lock<std::mutex>& lock);

  const Backend& backend_;
  const std::function<void()> on_warm_;
  std::unique_ptr<Device> device_;
  std::vector<int> processors_near_;
  Models models_;
  StartGate start_gate_;
  std::unique_ptr<Admission> admission_;
  std::unique_ptr<DeviceGauge> gauge_;  ///< null: it cannot be asked

  mutable std::mutex mutex_;
  std::vector<const Lane*> cold_;  ///< lanes that have neither warmed up nor ended
  std::map<const Lane*, std::vector<Buffer>> leased_ahead_;
  ThrottleWatch throttle_;
};

}  // namespace lyn
