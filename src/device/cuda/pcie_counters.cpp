#include "device/cuda/pcie_counters.h"

#include <array>

namespace lyn::nvml {
namespace {

Counter counter_of(const FieldValue& field) {
  if (field.type == kTypeUnsigned) return {field.value.narrow, true};
  return {field.value.wide, false};
}

}  // namespace

std::uint64_t counted(const Counter& from, const Counter& to) {
  if (!to.narrow) return to.bytes - from.bytes;
  return static_cast<std::uint32_t>(static_cast<std::uint32_t>(to.bytes) - static_cast<std::uint32_t>(from.bytes));
}

PcieCounters PcieCounters::open(int ordinal) {
  PcieCounters counters;
  const auto& api = nvml_api();
  if (!api) {
    counters.absent_ = api.error().what;
    return counters;
  }
  counters.api_ = *api;
  const auto device = device_at(**api, ordinal);
  if (!device) {
    counters.absent_ = device.error().what;
    return counters;
  }
  counters.device_ = *device;
  static_cast<void>(counters.read());
  return counters;
}

PcieCounters::Reading PcieCounters::read() {
  if (!absent_.empty() || api_ == nullptr) return {};
  std::array<FieldValue, 2> fields{};
  fields[0].field = kFieldPcieTx;
  fields[1].field = kFieldPcieRx;
  Code code = api_->field_values(device_, static_cast<int>(fields.size()), fields.data());
  for (const FieldValue& field : fields) {
    if (code == kSuccess) code = field.code;
  }
  if (code != kSuccess) {
    absent_ = "this GPU or virtual machine does not count bytes over PCIe: " +
              failure_text(*api_, "nvmlDeviceGetFieldValues", code);
    return {};
  }
  return {counter_of(fields[0]), counter_of(fields[1])};
}

}  // namespace lyn::nvml
