#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "core/clock.h"
#include "device/pool.h"
#include "device/stream.h"
#include "engine/models/batcher.h"
#include "engine/models/slot_shares.h"

namespace lyn {

/// A slot that was filled: who waits for its answer.
struct Submitted {
  SlotClient* client = nullptr;
  std::size_t ticket = 0;
  EventRef ready;
  bool forgotten = false;  ///< by its client, which has waited until it was filled
};

/// Slots that are filled, run and answered together.
struct Batch {
  SlotGroup* group = nullptr;
  Buffer memory;
  int acquired = 0;
  int submitted = 0;
  bool closed = false;
  Clock::Monotonic opened;
  std::vector<Submitted> slots;

  [[nodiscard]] ByteAddress slot(std::size_t slot_bytes, int index) const {
    return memory.address().offset_bytes(static_cast<std::ptrdiff_t>(slot_bytes) * index);
  }
  /// Somebody asked for an answer and has not taken that back.
  [[nodiscard]] bool wanted() const {
    return std::any_of(slots.begin(), slots.begin() + submitted, [](const Submitted& slot) { return !slot.forgotten; });
  }
};

/// See batcher.h.
struct SlotGroup {
  bool live = false;
  std::vector<std::unique_ptr<Batch>> batches;
  std::vector<Batch*> free;
  Batch* forming = nullptr;
  SlotShares<SlotClient> shares;

  /// Slots that can be given out at once, of batches of `size`.
  [[nodiscard]] std::size_t free_slots(int size) const {
    const int begun = forming == nullptr ? 0 : size - forming->acquired;
    return free.size() * static_cast<std::size_t>(size) + static_cast<std::size_t>(begun);
  }
};

}  // namespace lyn
