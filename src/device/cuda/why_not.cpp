#include "device/cuda/why_not.h"

#include "device/cuda/driver_api.h"
#include "device/cuda/kernel_table.h"

namespace lyn::cuda {
namespace {

constexpr int kMajor = 1000;  // versions are 1000 * major + 10 * minor

Error no_kernels() {
  return {ErrorKind::device, "CUDA: this program was built without nvcc, so it has no GPU code",
          "install a CUDA toolkit (12 or newer) and build again, or use --device cpu"};
}

Error old_driver(int driver_version) {
  return {ErrorKind::device,
          "CUDA: the NVIDIA driver is too old: it speaks CUDA " + version_text(driver_version) +
              " and this program's GPU code is from CUDA " + version_text(embedded_kernels().toolkit_version),
          "install driver " + lowest_driver() + " or newer, or build with an older CUDA toolkit"};
}

Error no_gpu() {
  return {ErrorKind::device, "CUDA: the driver shows no GPU",
          "check nvidia-smi and CUDA_VISIBLE_DEVICES, or use --device cpu"};
}

}  // namespace

std::optional<Error> why_not() {
  const auto& driver = driver_api();
  if (!driver) return driver.error();
  if (embedded_kernels().images.empty()) return no_kernels();
  if ((*driver)->version / kMajor < embedded_kernels().toolkit_version / kMajor) return old_driver((*driver)->version);
  int count = 0;
  if (const CUresult r = (*driver)->device_count(&count); r != CUDA_SUCCESS) return cuda_error(r, "cuDeviceGetCount");
  if (count == 0) return no_gpu();
  return std::nullopt;
}

std::string lowest_driver() {
  switch (embedded_kernels().toolkit_version / kMajor) {
    case 0:
      return "";
    case 12:
      return "525.60.13";
    case 13:
      return "580.65.06";
    default:
      return "that CUDA " + version_text(embedded_kernels().toolkit_version) + " names";
  }
}

std::string version_text(int cuda_version) {
  return std::to_string(cuda_version / kMajor) + "." + std::to_string(cuda_version % kMajor / 10);
}

}  // namespace lyn::cuda
