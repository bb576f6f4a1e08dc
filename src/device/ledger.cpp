#include "device/ledger.h"

namespace lyn {

namespace {

constexpr auto kReasons = static_cast<unsigned>(Reason::count_);
constexpr std::int64_t kUnbounded = -1;
/// DESIGN 4 and 8: boxes, and all else but the bitstream and compressed video, at most 8 KB a frame.
constexpr std::int64_t kSmall = 8192;

constexpr std::array<ReasonRule, kReasons> kRules = {{
    {"bitstream", true, false, kUnbounded},
    {"tables", true, false, kUnbounded},
    {"weights", true, false, kUnbounded},
    {"overlay", true, false, kSmall},
    {"boxes", false, false, kSmall},
    {"hash", false, false, kSmall},
    {"video", false, false, kUnbounded},
    {"frames", false, true, kUnbounded},
    {"tensors", false, true, kUnbounded},
}};

}  // namespace

const ReasonRule& rule_of(Reason reason) {
  return kRules[static_cast<unsigned>(reason)];
}

void TransferLedger::count(Reason reason, std::size_t bytes) {
  bytes_[static_cast<unsigned>(reason)].fetch_add(bytes, std::memory_order_relaxed);
}

std::uint64_t TransferLedger::bytes(Reason reason) const {
  return bytes_[static_cast<unsigned>(reason)].load(std::memory_order_relaxed);
}

std::uint64_t TransferLedger::host_pixel_bytes() const {
  std::uint64_t sum = 0;
  for (unsigned i = 0; i < kReasons; ++i) {
    if (kRules[i].pixels) sum += bytes(static_cast<Reason>(i));
  }
  return sum;
}

}  // namespace lyn
