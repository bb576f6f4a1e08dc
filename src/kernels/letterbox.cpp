#include "kernels/letterbox.h"

#include "kernels/letterbox_avx2.h"
#include "kernels/letterbox_slot.h"
#include "kernels/simd_versions.h"

namespace lyn {
namespace {

template <class Sample>
void baseline(const void* args, Grid) {
  letterbox::fill_slot<letterbox::PlainSampler<Sample>>(*static_cast<const LetterboxArgs*>(args));
}

#if LYN_HAS_AVX2_VERSION
template <class Sample>
LYN_AVX2_VERSION void avx2(const void* untyped, Grid) {
  const auto& args = *static_cast<const LetterboxArgs*>(untyped);
  if (sizeof(Sample) == 1 && letterbox::Avx2Sampler::can_take(args)) {
    return letterbox::fill_slot<letterbox::Avx2Sampler>(args);
  }
  letterbox::fill_slot<letterbox::PlainSampler<Sample>>(args);
}
#endif

template <class Sample>
auto fastest() {
#if LYN_HAS_AVX2_VERSION
  if (cpu_has_avx2()) return &avx2<Sample>;
#endif
  return &baseline<Sample>;
}

}  // namespace

// The version is chosen once, when the program starts.
const Kernel kLetterbox8Kernel{"lyn_letterbox8", fastest<std::uint8_t>(), {32, 8, 1}};
const Kernel kLetterbox16Kernel{"lyn_letterbox16", fastest<std::uint16_t>(), {32, 8, 1}};

}  // namespace lyn
