#include "engine/run/backend.h"

#include <array>
#include <charconv>

#include "device/cpu/cpu_device.h"
#include "device/cuda/cuda_device.h"
#include "device/cuda/cuda_witness.h"
#include "device/cuda/near_processors.h"
#include "device/cuda/nvml_gauge.h"
#include "stages/decode/nvdec_cuda.h"

namespace lyn {

namespace {

const Backend kCpuBackend{
    "cpu",
    [] { return std::string(); },
    [](int) { return open_cpu_device(); },
    make_software_decoder,
    make_cpu_session,
    make_video_writer,
    make_snapshot_writer,
    nullptr,
    [] { return 1; },
    [](int) { return std::vector<int>(); },
    nullptr,
    [](Device&) { return 0; },
    [](const Device&) { return false; },
};

std::string why_not_cuda_text() {
  const auto reason = why_not_cuda();
  return reason ? reason->text() : std::string();
}

const Backend kCudaBackend{
    "cuda",
    why_not_cuda_text,
    [](int ordinal) { return open_cuda_device(ordinal); },
    make_nvdec_decoder,
    make_cuda_session,
    make_video_writer,
    make_snapshot_writer,
    open_cuda_witness,
    count_cuda_devices,
    [](int ordinal) { return processors_near_cuda(ordinal); },
    open_nvml_gauge,
    nvdec_engines,
    is_lost,
};

const std::array<const Backend*, 2> kBackends{&kCpuBackend, &kCudaBackend};

}  // namespace

Result<DeviceChoice> choose_device(std::string_view name) {
  const auto colon = name.find(':');
  const std::string_view kind = name.substr(0, colon);
  int ordinal = 0;
  bool valid = true;
  if (colon != std::string_view::npos) {
    const std::string_view digits = name.substr(colon + 1);
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), ordinal);
    valid = kind != "cpu" && !digits.empty() && parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size();
  }
  for (const Backend* backend : kBackends) {
    if (!valid || kind != backend->name) continue;
    if (const std::string reason = backend->why_not(); !reason.empty()) {
      return Error{ErrorKind::device, "device " + std::string(name) + " cannot be used here: " + reason,
                   "use --device cpu, or see `lynceus doctor`"};
    }
    return DeviceChoice{backend, ordinal};
  }
  return Error{ErrorKind::usage, "unknown device \"" + std::string(name) + "\"",
               "use cpu, cuda, cuda:<number>, cuda:<number>,<number> or cuda:all"};
}

Result<std::vector<DeviceChoice>> choose_devices(std::string_view names) {
  constexpr std::string_view kAll = ":all";
  std::vector<DeviceChoice> chosen;
  if (names.ends_with(kAll)) {
    LYN_TRY(const DeviceChoice first, choose_device(names.substr(0, names.size() - kAll.size())));
    for (int i = 0; i < first.backend->count(); ++i) chosen.push_back({first.backend, i});
    return chosen;
  }
  const auto colon = names.find(':');
  const std::string kind(names.substr(0, colon));
  for (auto comma = names.find(',');; comma = names.find(',')) {
    const std::string_view one = names.substr(0, comma);
    LYN_TRY(const DeviceChoice choice,
            choose_device(chosen.empty() ? std::string(one) : kind + ":" + std::string(one)));
    for (const DeviceChoice& other : chosen) {
      if (other.ordinal != choice.ordinal) continue;
      return Error{ErrorKind::usage, "a device is named twice: " + std::string(one), "name each device once"};
    }
    chosen.push_back(choice);
    if (comma == std::string_view::npos) return chosen;
    names.remove_prefix(comma + 1);
  }
}

}  // namespace lyn
