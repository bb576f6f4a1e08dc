#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "device/cuda/call_book.h"
#include "device/cuda/cupti_copies.h"
#include "device/witness.h"

namespace lyn::cupti {

/// What was seen so far, by caller. Not thread-safe. Allocates the first few times that a caller does
/// something new, and never later.
class WitnessTally {
 public:
  void host_memory(Caller caller, std::uint64_t bytes) { of(caller).host_memory.add(bytes); }
  void device_memory_when_warm(Caller caller, std::uint64_t bytes) { of(caller).device_memory.add(bytes); }
  void default_stream(Caller caller) { ++of(caller).default_stream; }
  /// `call`: what asked for the copy, if a callback saw it. `warm`: the copy came after warm-up. A copy of
  /// unknown direction counts as one to the host: nothing is let through for being unclear.
  void copied(const Copy& copy, const std::optional<Call>& call, bool warm);
  void records(std::uint64_t read, std::uint64_t dropped);

  /// Everything but the ledger's side and the verdict.
  void fill(WitnessReport& report) const;

 private:
  static constexpr std::size_t kUnattributed = static_cast<std::size_t>(Caller::count_);
  static constexpr std::size_t kKindsKept = 12;
  CallerReport& of(Caller caller) { return callers_.at(static_cast<std::size_t>(caller)); }
  static void remember(CallerReport& caller, const Copy& copy, const char* function);

  std::array<CallerReport, kUnattributed + 1> callers_{};
  std::uint64_t records_ = 0;
  std::uint64_t dropped_ = 0;
};

/// A sentence about what does not agree.
struct Disagreement {
  std::string text;
  bool reported = false;  ///< its parts were violations when they happened
};

/// Compares what was seen with what the ledger counted (`report.ledger_out` and its siblings) in a run of
/// so many frames.
std::vector<Disagreement> judge(const WitnessReport& report, std::uint64_t frames);

}  // namespace lyn::cupti
