#include "engine/backend.h"

#include <array>
#include <charconv>

#include "device/cpu/cpu_device.h"
#include "device/cuda/cuda_device.h"
#include "device/cuda/cuda_witness.h"
#include "stages/decode/nvdec_cuda.h"

namespace lyn {

namespace {

const Backend kCpuBackend{
    "cpu",
    [] { return std::string(); },
    [](int) { return open_cpu_device(); },
    make_software_decoder,
    make_cpu_session,
    make_software_video_writer,
    make_software_snapshot_writer,
    nullptr,
};

std::string why_not_cuda_text() {
  const auto reason = why_not_cuda();
  return reason ? reason->text() : std::string();
}

/// A software encoder would bring every picture to the host: there is none on `cuda`.
Result<std::unique_ptr<VideoWriter>> refuse_video(Device& device, const StreamInfo&, const VideoWriterOptions&) {
  return Error{ErrorKind::device, "outputs.video: " + device.name() + " encodes no video yet",
               "set outputs.codec: copy for the source's own packets, drop --out, or run it with --device cpu"};
}

Result<std::unique_ptr<SnapshotWriter>> refuse_snapshots(Device& device, const SnapshotOptions&) {
  return Error{ErrorKind::device, "outputs.snapshots: " + device.name() + " encodes no JPEG yet",
               "drop outputs.snapshots, or run it with --device cpu"};
}

const Backend kCudaBackend{
    "cuda",
    why_not_cuda_text,
    [](int ordinal) { return open_cuda_device(ordinal); },
    make_nvdec_decoder,
    make_cuda_session,
    refuse_video,
    refuse_snapshots,
    open_cuda_witness,
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
