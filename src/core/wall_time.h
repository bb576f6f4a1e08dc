#pragma once

#include <chrono>
#include <cstdint>

#include "core/clock.h"

namespace lyn {

/// UTC in microseconds since 1970.
inline std::int64_t microseconds_of(Clock::Wall wall) {
  return std::chrono::duration_cast<std::chrono::microseconds>(wall.time_since_epoch()).count();
}

}  // namespace lyn
