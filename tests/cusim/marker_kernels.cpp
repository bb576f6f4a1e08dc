// The kernels of a program that runs on the stand-in: their image is a mark, by which it knows its own. Linked before
// the libraries, this takes the place of what nvcc made (or of the empty table of a build without it).
#include <array>

#include "cusim/driver/kernels.h"
#include "device/cuda/kernel_table.h"

namespace lyn::cuda {
namespace {

constexpr std::array kImages = {KernelImage{"cusim", cusim::kImageMark, sizeof cusim::kImageMark}};

}  // namespace

const EmbeddedKernels& embedded_kernels() {
  static const EmbeddedKernels kernels{kImages, "cusim", 12000};
  return kernels;
}

}  // namespace lyn::cuda
