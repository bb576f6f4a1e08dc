#include "engine/devices/run_device.h"

#include <algorithm>
#include <utility>

#include "core/log.h"

namespace lyn {

namespace {

/// Decoders that may open at a time: one, and another that is about to.
constexpr std::size_t kDecodersOpening = 2;

DeviceLimits limits_of(const Backend& backend, Device& device) {
  DeviceLimits limits;
  limits.decoders = backend.decoders(device);
  if (!device.is_cuda()) limits.cores = usable_core_time();
  limits.models_share_time = device.is_cuda();
  limits.memory_bytes = device.memory().free_bytes;
  return limits;
}

}  // namespace

Result<std::unique_ptr<RunDevice>> RunDevice::open(const DeviceChoice& choice, const ModelsOptions& models,
                                                   std::function<void()> on_warm) {
  std::unique_ptr<RunDevice> made(new RunDevice(*choice.backend, models, std::move(on_warm)));
  LYN_TRY(made->device_, choice.backend->open(choice.ordinal));
  made->processors_near_ = choice.backend->processors_near(choice.ordinal);
  made->admission_ = std::make_unique<Admission>(limits_of(*choice.backend, *made->device_));
  if (choice.backend->open_gauge != nullptr) {
    if (auto gauge = choice.backend->open_gauge(choice.ordinal)) {
      made->gauge_ = std::move(*gauge);
    } else {
      log::info(made->device_->name() + ": whether it is throttled is not known: " + gauge.error().text());
    }
  }
  return made;
}

RunDevice::RunDevice(const Backend& backend, const ModelsOptions& models, std::function<void()> on_warm)
    : backend_(backend), on_warm_(std::move(on_warm)), models_(models), start_gate_(kDecodersOpening) {}

void RunDevice::lane_cold(const Lane& lane) {
  std::lock_guard lock(mutex_);
  if (std::ranges::find(cold_, &lane) != cold_.end()) return;
  cold_.push_back(&lane);
  device_->pool().mark_cold();
}

void RunDevice::lane_warm(const Lane& lane, std::vector<Buffer> ahead) {
  std::unique_lock lock(mutex_);
  leased_ahead_[&lane] = std::move(ahead);
  no_longer_cold(lane, lock);
}

void RunDevice::lane_ended(const Lane& lane) {
  admission_->leave(lane.id());
  std::unique_lock lock(mutex_);
  leased_ahead_.erase(&lane);
  no_longer_cold(lane, lock);
}

/// A lane that ended is not waited for.
void RunDevice::no_longer_cold(const Lane& lane, std::unique_lock<std::mutex>& lock) {
  if (std::erase(cold_, &lane) == 0 || !cold_.empty()) return;
  leased_ahead_.clear();
  device_->pool().mark_warm();
  lock.unlock();
  on_warm_();
}

bool RunDevice::warm() const {
  std::lock_guard lock(mutex_);
  return cold_.empty();
}

void RunDevice::take_reading(double seconds) {
  if (!gauge_) return;
  const GaugeReading reading = gauge_->read();
  if (reading.decoders_busy) admission_->decoders_busy(*reading.decoders_busy, seconds);
  std::unique_lock lock(mutex_);
  const auto news = throttle_.seen(reading);
  lock.unlock();
  if (news) log::warning(device_->name() + ": " + *news);
}

void RunDevice::add_to(RunSummary& summary) const {
  const KnownAnswerTally& tally = models_.known_answers();
  DeviceSummary one;
  one.lost = is_lost();
  one.known_answers = {tally.asked, tally.wrong, tally.wrong_now > 0};
  {
    std::lock_guard lock(mutex_);
    one.throttling = throttle_.so_far();
  }
  summary.add_device(*device_, std::move(one));
}

void RunDevice::check_budgets(std::uint64_t frames, ViolationLog& violations) {
  frames += models_.known_answers().slots;
  for (unsigned i = 0; i < static_cast<unsigned>(Reason::count_); ++i) {
    const ReasonRule& rule = rule_of(static_cast<Reason>(i));
    const std::uint64_t bytes = device_->ledger().bytes(static_cast<Reason>(i));
    if (rule.frame_budget < 0 || bytes <= static_cast<std::uint64_t>(rule.frame_budget) * frames) continue;
    violations.report(std::string(rule.name) + ": " + std::to_string(bytes) + " bytes crossed for " +
                      std::to_string(frames) + " frames, over the budget of " + std::to_string(rule.frame_budget) +
                      " a frame");
  }
}

}  // namespace lyn
