#include "device/cuda/nvml_gauge.h"

#include <array>

#include "device/cuda/nvml_api.h"

namespace lyn {
namespace {

struct Reason {
  unsigned long long bits;  // nvmlClocksThrottleReasons
  const char* words;
};
/// Those that take speed away. An idle GPU, and clocks that somebody set, are as they should be.
constexpr std::array kReasons = {
    Reason{0x04, "power"},         // SwPowerCap
    Reason{0x08, "slowdown"},      // HwSlowdown: heat or power, and the driver does not say which
    Reason{0x20 | 0x40, "heat"},   // SwThermalSlowdown, HwThermalSlowdown
    Reason{0x80, "power supply"},  // HwPowerBrakeSlowdown
};
constexpr unsigned long long kSlowdown = 0x08;
constexpr unsigned long long kSlowdownCauses = 0x40 | 0x80;

class NvmlGauge final : public DeviceGauge {
 public:
  NvmlGauge(const nvml::NvmlApi& api, nvml::Device device) : api_(api), device_(device) {}

  GaugeReading read() override {
    GaugeReading reading;
    unsigned long long reasons = 0;
    if (api_.throttle_reasons(device_, &reasons) == nvml::kSuccess) {
      if ((reasons & kSlowdownCauses) != 0) reasons &= ~kSlowdown;
      auto& throttled = reading.throttled.emplace();
      for (const Reason& reason : kReasons) {
        if ((reasons & reason.bits) != 0) throttled.emplace_back(reason.words);
      }
    }
    unsigned percent = 0;
    unsigned period_us = 0;
    if (api_.decoder_utilization(device_, &percent, &period_us) == nvml::kSuccess) {
      reading.decoders_busy = static_cast<double>(percent) / 100;
    }
    return reading;
  }

 private:
  const nvml::NvmlApi& api_;
  const nvml::Device device_;
};

}  // namespace

Result<std::unique_ptr<DeviceGauge>> open_nvml_gauge(int ordinal) {
  LYN_TRY(const nvml::NvmlApi* const api, nvml::nvml_api());
  LYN_TRY(const nvml::Device device, nvml::device_at(*api, ordinal));
  return std::unique_ptr<DeviceGauge>(std::make_unique<NvmlGauge>(*api, device));
}

}  // namespace lyn
