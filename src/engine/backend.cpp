#include "engine/backend.h"

#include <array>
#include <charconv>

#include "device/cpu/cpu_device.h"

namespace lyn {

namespace {

const Backend kCpuBackend{
    "cpu",
    [] { return std::string(); },
    [](int) { return open_cpu_device(); },
    make_software_decoder,
    make_cpu_session,
    make_software_video_writer,
};

template <class T>
Result<T> refuse_cuda() {
  return Error{ErrorKind::device, "device cuda: this build has no CUDA backend", "use --device cpu"};
}

const Backend kCudaBackend{
    "cuda",
    [] { return std::string("this build has no CUDA backend"); },
    [](int) { return refuse_cuda<std::unique_ptr<Device>>(); },
    [](Device&, const StreamInfo&, const DecoderOptions&) { return refuse_cuda<std::unique_ptr<Decoder>>(); },
    [](Device&, const ModelCard&, const SessionOptions&) { return refuse_cuda<std::unique_ptr<InferenceSession>>(); },
    [](Device&, const StreamInfo&, const VideoWriterOptions&) { return refuse_cuda<std::unique_ptr<VideoWriter>>(); },
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
  return Error{ErrorKind::usage, "unknown device \"" + std::string(name) + "\"", "use cpu, cuda or cuda:<number>"};
}

}  // namespace lyn
