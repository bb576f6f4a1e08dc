#include "device/cuda/cupti_calls.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "device/cuda/cupti_types.h"

namespace lyn::cupti {
namespace {

constexpr std::array kRules = {
    CallRule{"cuMemcpyDtoH", CallKind::copy, Layout::out},
    CallRule{"cuMemcpyDtoHAsync", CallKind::copy, Layout::out},
    CallRule{"cuMemcpyAtoH", CallKind::copy, Layout::out},
    CallRule{"cuMemcpyAtoHAsync", CallKind::copy, Layout::out},
    CallRule{"cuMemcpyHtoD", CallKind::copy, Layout::in},
    CallRule{"cuMemcpyHtoDAsync", CallKind::copy, Layout::in},
    CallRule{"cuMemcpyHtoA", CallKind::copy, Layout::in},
    CallRule{"cuMemcpyHtoAAsync", CallKind::copy, Layout::in},
    CallRule{"cuMemcpy2D", CallKind::copy, Layout::rows},
    CallRule{"cuMemcpy2DUnaligned", CallKind::copy, Layout::rows},
    CallRule{"cuMemcpy2DAsync", CallKind::copy, Layout::rows},
    CallRule{"cudaMemcpy", CallKind::copy, Layout::runtime_copy},
    CallRule{"cudaMemcpyAsync", CallKind::copy, Layout::runtime_copy},
    CallRule{"cuGraphLaunch", CallKind::graph_launch, Layout::opaque},
    CallRule{"cudaGraphLaunch", CallKind::graph_launch, Layout::opaque},
    CallRule{"cuLaunchKernel", CallKind::launch, Layout::launch},
    CallRule{"cuLaunchCooperativeKernel", CallKind::launch, Layout::launch},
    CallRule{"cuLaunchKernelEx", CallKind::launch, Layout::launch_config},
    CallRule{"cudaLaunchKernel", CallKind::launch, Layout::runtime_launch},
    CallRule{"cudaLaunchCooperativeKernel", CallKind::launch, Layout::runtime_launch},
    CallRule{"cudaLaunchKernelExC", CallKind::launch, Layout::runtime_launch_config},
    CallRule{"cuMemHostAlloc", CallKind::host_memory, Layout::sized},
    CallRule{"cuMemAllocHost", CallKind::host_memory, Layout::sized},
    CallRule{"cuMemHostRegister", CallKind::host_memory, Layout::sized},
    CallRule{"cuMemAllocManaged", CallKind::host_memory, Layout::sized},
    CallRule{"cudaHostAlloc", CallKind::host_memory, Layout::sized},
    CallRule{"cudaMallocHost", CallKind::host_memory, Layout::sized},
    CallRule{"cudaHostRegister", CallKind::host_memory, Layout::sized},
    CallRule{"cudaMallocManaged", CallKind::host_memory, Layout::sized},
    CallRule{"cuMemAlloc", CallKind::device_memory, Layout::sized},
    CallRule{"cuMemAllocAsync", CallKind::device_memory, Layout::sized},
    CallRule{"cuMemAllocFromPoolAsync", CallKind::device_memory, Layout::sized},
    CallRule{"cuMemAllocPitch", CallKind::device_memory, Layout::pitched},
    CallRule{"cuMemCreate", CallKind::device_memory, Layout::sized},
    CallRule{"cuArrayCreate", CallKind::device_memory, Layout::opaque},
    CallRule{"cuArray3DCreate", CallKind::device_memory, Layout::opaque},
    CallRule{"cuMipmappedArrayCreate", CallKind::device_memory, Layout::opaque},
    CallRule{"cudaMalloc", CallKind::device_memory, Layout::sized},
    CallRule{"cudaMallocAsync", CallKind::device_memory, Layout::sized},
    CallRule{"cudaMallocFromPoolAsync", CallKind::device_memory, Layout::sized},
    CallRule{"cudaMallocPitch", CallKind::device_memory, Layout::pitched},
    CallRule{"cudaMallocArray", CallKind::device_memory, Layout::opaque},
    CallRule{"cudaMalloc3D", CallKind::device_memory, Layout::opaque},
    CallRule{"cudaMalloc3DArray", CallKind::device_memory, Layout::opaque},
    CallRule{"cudaMallocMipmappedArray", CallKind::device_memory, Layout::opaque},
};

/// Copies that never leave the device: not worth a call back.
constexpr std::array<std::string_view, 9> kWithin = {"cuMemcpyDtoD",      "cuMemcpyDtoDAsync", "cuMemcpyDtoA",
                                                     "cuMemcpyAtoD",      "cuMemcpyAtoA",      "cuMemcpyPeer",
                                                     "cuMemcpyPeerAsync", "cuMemcpy3DPeer",    "cuMemcpy3DPeerAsync"};

constexpr CallRule kOtherCopy{"a copy", CallKind::copy, Layout::opaque};

enum : int { kTypeHost = 1, kTypeDevice = 2, kTypeArray = 3 };

bool on_device(int type) {
  return type == kTypeDevice || type == kTypeArray;
}

Way way_of_rows(const RowsCopy& copy) {
  if (on_device(copy.from_type) && copy.to_type == kTypeHost) return Way::out;
  if (copy.from_type == kTypeHost && on_device(copy.to_type)) return Way::in;
  if (on_device(copy.from_type) && on_device(copy.to_type)) return Way::within;
  return Way::unknown;
}

Way way_of_runtime(int kind) {
  switch (kind) {
    case kRuntimeHostToDevice:
      return Way::in;
    case kRuntimeDeviceToHost:
      return Way::out;
    case kRuntimeDeviceToDevice:
      return Way::within;
    default:
      return Way::unknown;
  }
}

template <class T>
const T& as(const void* parameters) {
  return *static_cast<const T*>(parameters);
}

const void* stream_of(const CallRule& rule, const void* parameters) {
  switch (rule.layout) {
    case Layout::launch:
      return as<LaunchParameters>(parameters).stream;
    case Layout::launch_config:
      return as<const LaunchConfig*>(parameters)->stream;
    case Layout::runtime_launch:
      return as<RuntimeLaunchParameters>(parameters).stream;
    case Layout::runtime_launch_config:
      return as<const RuntimeLaunchConfig*>(parameters)->stream;
    default:
      return parameters;  // no stream to speak of, and no default one
  }
}

}  // namespace

const CallRule* rule_of_call(std::string_view function) {
  const std::string_view name = function.substr(0, function.find('_'));
  const auto known = std::ranges::find(kRules, name, &CallRule::name);
  if (known != kRules.end()) return &*known;
  const bool copies = name.starts_with("cuMemcpy") || name.starts_with("cudaMemcpy");
  return copies && std::ranges::find(kWithin, name) == kWithin.end() ? &kOtherCopy : nullptr;
}

Way way_of(const CallRule& rule, const void* parameters) {
  switch (rule.layout) {
    case Layout::out:
      return Way::out;
    case Layout::in:
      return Way::in;
    case Layout::rows:
      return way_of_rows(*as<const RowsCopy*>(parameters));
    case Layout::runtime_copy:
      return way_of_runtime(as<RuntimeCopyParameters>(parameters).kind);
    default:
      return Way::unknown;
  }
}

std::uint64_t bytes_taken(const CallRule& rule, const void* parameters) {
  if (rule.layout == Layout::sized) return as<AllocationParameters>(parameters).bytes;
  if (rule.layout != Layout::pitched) return 0;
  const auto& area = as<PitchedParameters>(parameters);
  return area.row_bytes * area.rows;
}

bool on_default_stream(const CallRule& rule, const void* parameters) {
  constexpr std::uintptr_t kLastDefault = 2;
  return reinterpret_cast<std::uintptr_t>(stream_of(rule, parameters)) <= kLastDefault;
}

}  // namespace lyn::cupti
