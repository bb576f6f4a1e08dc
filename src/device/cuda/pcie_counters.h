#pragma once

#include <cstdint>
#include <string>

#include "device/cuda/nvml_api.h"

namespace lyn::nvml {

/// One of the counters, as NVML answered.
struct Counter {
  std::uint64_t bytes = 0;
  bool narrow = false;  ///< counts in 32 bits
};

/// How far a counter went, also when it wrapped once.
std::uint64_t counted(const Counter& from, const Counter& to);

/// What GPU `ordinal` sent (out) and received (in) over PCIe, by its own count.
class PcieCounters {
 public:
  /// Never fails: absent() says what stands in the way.
  static PcieCounters open(int ordinal);
  [[nodiscard]] const std::string& absent() const { return absent_; }

  struct Reading {
    Counter out;
    Counter in;
  };
  /// A fraction of a millisecond. All zero when absent.
  [[nodiscard]] Reading read();

 private:
  const NvmlApi* api_ = nullptr;
  Device device_ = nullptr;
  std::string absent_;
};

}  // namespace lyn::nvml
