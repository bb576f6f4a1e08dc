#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "device/caller.h"

namespace lyn::cupti {

/// A call to the driver that may cause copies, as its callback saw it.
struct Call {
  std::uint32_t correlation = 0;  ///< 0: none
  Caller caller = Caller::stranger;
  bool after_warmup = false;
  bool reported = false;      ///< it was a violation already when it was made
  std::int16_t witness = -1;  ///< where its stack is kept; -1: nowhere
  const char* function = "";
};

/// Calls by their correlation id, from the call until its records come. Bounded: it never allocates. Room is
/// made first by calls whose records have come, then by the oldest (a call that caused no copy is never asked
/// for). Not thread-safe.
class CallBook {
 public:
  void note(const Call& call);
  /// The call, which from now on may make room: nearly always it has one record.
  std::optional<Call> answer(std::uint32_t correlation);

  /// CUPTI brings records when it likes: on a busy machine 50,000 copies in a row were under way before the first came.
  static constexpr std::uint32_t kBits = 17;
  static constexpr std::uint32_t kSlots = 1U << kBits;

 private:
  struct Slot {
    Call call;
    bool answered = false;
  };
  static constexpr std::uint32_t kWindow = 16;  ///< slots that one id may lie in
  Slot& slot(std::uint32_t correlation, std::uint32_t step);
  std::array<Slot, kSlots> slots_{};
};

}  // namespace lyn::cupti
