#include "device/cuda/cupti_copies.h"

#include <array>

namespace lyn::cupti {
namespace {

bool on_device(std::uint8_t place) {
  return place == kMemoryDevice || place == kMemoryArray || place == kMemoryDeviceStatic;
}

bool on_host(std::uint8_t place) {
  return place == kMemoryPageable || place == kMemoryPinned || place == kMemoryManaged || place == kMemoryManagedStatic;
}

Way way_by_places(const MemcpyRecord& record) {
  if (on_device(record.source) && on_host(record.target)) return Way::out;
  if (on_host(record.source) && on_device(record.target)) return Way::in;
  if (on_host(record.source) && on_host(record.target)) return Way::within;
  return on_device(record.source) && on_device(record.target) ? Way::within : Way::unknown;
}

Way way_of(const MemcpyRecord& record) {
  switch (record.copy_kind) {
    case kCopyDeviceToHost:
    case kCopyArrayToHost:
      return Way::out;
    case kCopyHostToDevice:
    case kCopyHostToArray:
      return Way::in;
    case kCopyHostToHost:
    case kCopyPeer:
      return Way::within;
    default:
      break;
  }
  const Way way = way_by_places(record);
  // Between device and device by name; by place it may still end in host memory that the device can reach.
  return way == Way::unknown && record.copy_kind != kCopyUnknown ? Way::within : way;
}

}  // namespace

Copy copy_of(const MemcpyRecord& record) {
  Copy copy;
  copy.way = way_of(record);
  copy.bytes = record.bytes;
  copy.start = record.start;
  copy.correlation = record.correlation;
  copy.runtime_correlation = record.runtime_correlation;
  copy.in_graph = record.graph_node != 0;
  copy.source = static_cast<MemoryPlace>(record.source);
  copy.target = static_cast<MemoryPlace>(record.target);
  return copy;
}

const char* name_of(MemoryPlace place) {
  constexpr std::array kNames{"unknown", "pageable", "pinned",        "device",
                              "array",   "managed",  "device static", "managed static"};
  return place < kNames.size() ? kNames.at(place) : "unknown";
}

}  // namespace lyn::cupti
