#pragma once

#include "device/kernel.h"

/// A second copy of a function for processors with AVX2: LYN_AVX2_VERSION before a function that calls
/// the plain code compiles it, with all that it calls inlined, for those instructions. FMA is not among
/// them, so that the bits stay the same. Chosen by pointer at start rather than by ifunc, which runs
/// before sanitizers are ready.
#if defined(__x86_64__) && defined(__GNUC__)
#define LYN_HAS_AVX2_VERSION 1
#define LYN_AVX2_VERSION __attribute__((target("avx2"), flatten))
/// Before a function that is written for those instructions and called from such versions alone.
#define LYN_AVX2 __attribute__((target("avx2")))
#else
#define LYN_HAS_AVX2_VERSION 0
#endif

namespace lyn {

inline bool cpu_has_avx2() {
#if LYN_HAS_AVX2_VERSION
  // Static initialisers of other files may have come first: libgcc's table must be filled.
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") != 0;
#else
  return false;
#endif
}

/// A kernel's host form that does the whole grid by itself.
using HostLoop = void (*)(const void* args);

template <HostLoop loop>
void as_it_is(const void* args, Grid) {
  loop(args);
}

#if LYN_HAS_AVX2_VERSION
template <HostLoop loop>
LYN_AVX2_VERSION void with_avx2(const void* args, Grid) {
  loop(args);
}
#endif

/// `loop` for this processor, or what stands in for it where there is AVX2: `wide`, the same with other words.
template <HostLoop loop, HostLoop wide = loop>
auto fastest() -> decltype(Kernel::host) {
#if LYN_HAS_AVX2_VERSION
  if (cpu_has_avx2()) return &with_avx2<wide>;
#endif
  return &as_it_is<loop>;
}

}  // namespace lyn
