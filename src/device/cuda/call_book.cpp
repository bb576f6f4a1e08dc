#include "device/cuda/call_book.h"

namespace lyn::cupti {
namespace {

std::uint32_t first_slot(std::uint32_t correlation) {
  return correlation * 0x9E3779B9U >> 17U;
}
static_assert(CallBook::kSlots == 1U << 15U, "the hash above keeps 15 bits");

}  // namespace

void CallBook::note(const Call& call) {
  Call* chosen = nullptr;
  std::uint32_t oldest = 0;
  for (std::uint32_t i = 0; i < kWindow; ++i) {
    Call& slot = calls_[(first_slot(call.correlation) + i) % kSlots];
    if (slot.correlation == call.correlation || slot.correlation == 0) {
      slot = call;
      return;
    }
    const std::uint32_t age = call.correlation - slot.correlation;  // ids count up and wrap
    if (chosen == nullptr || age > oldest) {
      chosen = &slot;
      oldest = age;
    }
  }
  *chosen = call;
}

std::optional<Call> CallBook::find(std::uint32_t correlation) const {
  if (correlation == 0) return std::nullopt;
  for (std::uint32_t i = 0; i < kWindow; ++i) {
    const Call& slot = calls_[(first_slot(correlation) + i) % kSlots];
    if (slot.correlation == correlation) return slot;
  }
  return std::nullopt;
}

}  // namespace lyn::cupti
