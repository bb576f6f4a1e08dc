#include "engine/tally.h"

#include "core/stage_stats.h"

namespace lyn {

CameraSummary Tally::summary() const {
  CameraSummary copy;
  {
    std::lock_guard lock(mutex_);
    copy = summary_;
  }
  copy.latency_p50_ms = to_ms(latency_.percentile(0.5));
  copy.latency_p95_ms = to_ms(latency_.percentile(0.95));
  copy.latency_p99_ms = to_ms(latency_.percentile(0.99));
  return copy;
}

}  // namespace lyn
