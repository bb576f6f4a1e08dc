#include "device/ledger.h"

namespace lyn {

namespace {

constexpr auto kReasons = static_cast<unsigned>(Reason::count_);
constexpr std::int64_t kUnbounded = -1;
/// DESIGN 4 and 8: boxes, and all else but the bitstream and compressed video, at most 8 KB a frame.
constexpr std::int64_t kSmall = 8192;
/// DESIGN 4: masks, as run lengths or less, at most 64 KB a frame.
constexpr std::int64_t kMasks = 65'536;

constexpr std::array<ReasonRule, kReasons> kRules = {{
    {"bitstream", true, false, kUnbounded},
    {"tables", true, false, kUnbounded},
    {"weights", true, false, kUnbounded},
    {"overlay", true, false, kSmall},
    {"boxes", false, false, kSmall},
    {"keypoints", false, false, kSmall},
    {"masks", false, false, kMasks},
    {"classes", false, false, kSmall},
    {"hash", false, false, kSmall},
    {"scene", false, false, kSmall},
    {"video", false, false, kUnbounded},
    {"frames", false, true, kUnbounded},
    {"tensors", false, true, kUnbounded},
}};

template <class Counts, class Chosen>
std::uint64_t sum(const Counts& counts, Chosen chosen) {
  std::uint64_t sum = 0;
  for (unsigned i = 0; i < kReasons; ++i) {
    if (chosen(kRules[i])) sum += counts[i].load(std::memory_order_relaxed);
  }
  return sum;
}

}  // namespace

const ReasonRule& rule_of(Reason reason) {
  return kRules[static_cast<unsigned>(reason)];
}

void TransferLedger::count(Reason reason, std::size_t bytes) {
  bytes_[static_cast<unsigned>(reason)].fetch_add(bytes, std::memory_order_relaxed);
}

void TransferLedger::count_moved(Reason reason, std::size_t bytes) {
  count(reason, bytes);
  moved_[static_cast<unsigned>(reason)].fetch_add(bytes, std::memory_order_relaxed);
}

void TransferLedger::add(const TransferLedger& other) {
  for (unsigned i = 0; i < kReasons; ++i) {
    bytes_[i].fetch_add(other.bytes_[i].load(std::memory_order_relaxed), std::memory_order_relaxed);
    moved_[i].fetch_add(other.moved_[i].load(std::memory_order_relaxed), std::memory_order_relaxed);
  }
}

std::uint64_t TransferLedger::bytes(Reason reason) const {
  return bytes_[static_cast<unsigned>(reason)].load(std::memory_order_relaxed);
}

std::uint64_t TransferLedger::moved_in() const {
  return sum(moved_, [](const ReasonRule& rule) { return rule.inward; });
}

std::uint64_t TransferLedger::moved_out() const {
  return sum(moved_, [](const ReasonRule& rule) { return !rule.inward; });
}

std::uint64_t TransferLedger::copied_in() const {
  return sum(bytes_, [](const ReasonRule& rule) { return rule.inward; }) - moved_in();
}

std::uint64_t TransferLedger::copied_out() const {
  return sum(bytes_, [](const ReasonRule& rule) { return !rule.inward; }) - moved_out();
}

std::uint64_t TransferLedger::host_pixel_bytes() const {
  return sum(bytes_, [](const ReasonRule& rule) { return rule.pixels; });
}

}  // namespace lyn
