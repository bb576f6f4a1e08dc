#pragma once

#include <cstdint>
#include <span>

#include "device/cuda/cupti_api.h"
#include "device/cuda/cupti_calls.h"

namespace lyn::cupti {

/// One copy as the GPU did it.
struct Copy {
  Way way = Way::unknown;
  std::uint64_t bytes = 0;
  std::uint64_t start = 0;  ///< ns by CUPTI's clock; 0: not measured
  std::uint32_t correlation = 0;
  std::uint32_t runtime_correlation = 0;
  bool in_graph = false;
  MemoryPlace source = kMemoryUnknown;
  MemoryPlace target = kMemoryUnknown;
};

/// What a memory copy record says. Where the kind of copy leaves it open (a copy between unified
/// addresses), the places of memory decide; managed memory counts as the host's.
Copy copy_of(const MemcpyRecord& record);

/// Calls `use(copy)` for each copy in a buffer that CUPTI hands over, in order. Returns how many records of
/// any kind were there.
template <class Use>
std::uint64_t each_copy(const CuptiApi& api, std::span<std::uint8_t> buffer, Use use) {
  std::uint64_t records = 0;
  void* record = nullptr;
  while (api.next_record(buffer.data(), buffer.size(), &record) == kSuccess) {
    ++records;
    const auto& copy = *static_cast<const MemcpyRecord*>(record);
    if (copy.kind == kActivityMemcpy) use(copy_of(copy));
  }
  return records;
}

/// "pinned", for people.
const char* name_of(MemoryPlace place);

}  // namespace lyn::cupti
