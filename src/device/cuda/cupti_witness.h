#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/stack_trace.h"
#include "device/cuda/call_book.h"
#include "device/cuda/cupti_session.h"
#include "device/cuda/pcie_counters.h"
#include "device/cuda/witness_tally.h"
#include "device/violation.h"
#include "device/witness.h"

namespace lyn::cupti {

/// Joins what CUPTI's callbacks say (who asked) with its records (what the GPU did).
///
/// A callback costs a scope's look-up and one short lock, which lanes share: the driver takes its own in
/// the same call, and a run is watched only where it was asked for (--strict).
class CuptiWitness final : public Witness, private SessionEvents {
 public:
  CuptiWitness(const CuptiApi& api, int ordinal, ViolationLog& violations);
  ~CuptiWitness() override;
  Status start();

  void mark_warm() override;
  void mark_cold() override { may_grow_.store(true, std::memory_order_relaxed); }
  WitnessReport finish(const TransferLedger& ledger, std::uint64_t frames) override;

 private:
  /// A stack kept for a copy whose direction only its record will tell.
  struct Kept {
    StackTrace stack;
    std::string place;
  };
  static constexpr std::size_t kMostKept = 32;
  using Sentences = std::vector<std::pair<std::string, std::optional<Kept>>>;

  void on_call(const CallRule& rule, int domain, const CallbackData& call) override;
  void on_records(std::span<std::uint8_t> buffer, std::uint64_t dropped) override;
  void asked_for_copy(const CallRule& rule, const CallbackData& call, bool outermost);
  void launched(const CallRule& rule, const CallbackData& call);
  void took_memory(const CallRule& rule, const CallbackData& call);
  std::int16_t keep_stack();
  [[nodiscard]] bool is_warm(const Copy& copy, const std::optional<Call>& call) const;
  void settle();
  [[nodiscard]] LinkReport link_report();

  const CuptiApi& api_;
  const int ordinal_;
  ViolationLog& violations_;
  nvml::PcieCounters pcie_;
  nvml::PcieCounters::Reading link_before_;
  Clock::Monotonic link_since_;
  std::atomic<std::uint64_t> warm_since_{0};  ///< by CUPTI's clock, the first time; 0: not yet
  std::atomic<bool> may_grow_{true};

  std::mutex mutex_;
  CallBook calls_;
  WitnessTally tally_;
  std::vector<Kept> kept_;

  std::unique_ptr<Session> session_;  ///< last: its events need all the rest
};

}  // namespace lyn::cupti
