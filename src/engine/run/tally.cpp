#include "engine/run/tally.h"

namespace lyn {

CameraSummary Tally::summary() const {
  CameraSummary copy;
  {
    std::lock_guard lock(mutex_);
    copy = summary_;
  }
  copy.latency_p50_ms = latency_.percentile_ms(50);
  copy.latency_p95_ms = latency_.percentile_ms(95);
  copy.latency_p99_ms = latency_.percentile_ms(99);
  return copy;
}

}  // namespace lyn
