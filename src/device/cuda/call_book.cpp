#include "device/cuda/call_book.h"

#include <limits>

namespace lyn::cupti {
namespace {

std::uint32_t first_slot(std::uint32_t correlation) {
  return correlation * 0x9E3779B9U >> (32U - CallBook::kBits);
}

}  // namespace

CallBook::Slot& CallBook::slot(std::uint32_t correlation, std::uint32_t step) {
  return slots_[(first_slot(correlation) + step) % kSlots];
}

/// Ids count up and wrap, so that a difference is an age.
void CallBook::note(const Call& call) {
  constexpr std::uint32_t kFree = std::numeric_limits<std::uint32_t>::max();
  Slot* chosen = nullptr;
  std::uint32_t oldest = 0;
  for (std::uint32_t step = 0; step < kWindow; ++step) {
    Slot& candidate = slot(call.correlation, step);
    const bool free = candidate.answered || candidate.call.correlation == 0;
    const std::uint32_t age = free ? kFree : call.correlation - candidate.call.correlation;
    if (chosen != nullptr && age <= oldest) continue;
    chosen = &candidate;
    oldest = age;
  }
  *chosen = {call, false};
}

std::optional<Call> CallBook::answer(std::uint32_t correlation) {
  if (correlation == 0) return std::nullopt;
  for (std::uint32_t step = 0; step < kWindow; ++step) {
    Slot& candidate = slot(correlation, step);
    if (candidate.call.correlation != correlation) continue;
    candidate.answered = true;
    return candidate.call;
  }
  return std::nullopt;
}

}  // namespace lyn::cupti
