#pragma once

#include <optional>
#include <string>
#include <vector>

namespace lyn {

/// What a device says of its own state at one moment.
struct GaugeReading {
  /// Why its clocks are held down, in words ("power", "heat"); empty: they are not. Nullopt: it does not say.
  std::optional<std::vector<std::string>> throttled;
  /// Share of the time in which its decoders worked, over all of them, 0 to 1. Nullopt: it does not say.
  std::optional<double> decoders_busy;
};

/// Asks a device for its state, from outside of the work that it does.
class DeviceGauge {
 public:
  virtual ~DeviceGauge() = default;
  /// A fraction of a millisecond; on one thread. What cannot be told stays empty, as on a device that is lost.
  virtual GaugeReading read() = 0;
};

}  // namespace lyn
