#pragma once

#include <string>

#include "device/cuda/context.h"

namespace lyn::cuda {

struct NvencAnswer {
  bool encodes = false;
  std::string words;
};

/// Opens and closes an encode session on the GPU: the only sure way to know whether it has NVENC.
NvencAnswer ask_nvenc(const Context& context);

}  // namespace lyn::cuda
