#include "core/clock.h"

namespace lyn {

namespace {

class MachineClock final : public Clock {
 public:
  Monotonic now() const override { return std::chrono::steady_clock::now(); }
  Wall wall() const override { return std::chrono::system_clock::now(); }
};

}  // namespace

const Clock& system_clock() {
  static const MachineClock clock;
  return clock;
}

}  // namespace lyn
