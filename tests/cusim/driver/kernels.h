#pragma once

#include <cstddef>

#include "device/kernel.h"

/// What cuModuleGetFunction finds: a kernel compiled for the host.
struct CUfunc_st {
  const char* name;
  std::size_t args_bytes;
  void (*run)(const void* args, lyn::Grid blocks, lyn::Grid block);
};

namespace cusim {

/// The image that a program must embed to have kernels here (marker_kernels.cpp).
inline constexpr char kImageMark[] = "cusim: kernels by name";

/// Null when there is none of this name.
CUfunc_st* find_kernel(const char* name);

}  // namespace cusim
