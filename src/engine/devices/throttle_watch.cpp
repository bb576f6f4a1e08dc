#include "engine/devices/throttle_watch.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lyn {

std::optional<std::string> ThrottleWatch::seen(const GaugeReading& reading) {
  if (!reading.throttled) return std::nullopt;
  so_far_.told = true;
  for (const std::string& reason : *reading.throttled) ++so_far_.seconds[reason];
  const bool held = !reading.throttled->empty();
  in_a_row_ = held == so_far_.now ? 0 : in_a_row_ + 1;
  if (in_a_row_ < kReadings) return std::nullopt;
  so_far_.now = held;
  in_a_row_ = 0;
  if (!held) return "its clocks are no longer held down";
  return fmt::format("its clocks are held down ({}): it decodes and infers more slowly than it could",
                     fmt::join(*reading.throttled, ", "));
}

}  // namespace lyn
