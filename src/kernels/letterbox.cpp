#include "kernels/letterbox.h"

#include "kernels/letterbox_avx2.h"
#include "kernels/letterbox_slot.h"
#include "kernels/simd_versions.h"

namespace lyn {
namespace {

template <class Sample>
void fill(const void* args) {
  letterbox::fill_slot<letterbox::PlainSampler<Sample>>(*static_cast<const LetterboxArgs*>(args));
}

#if LYN_HAS_AVX2_VERSION
void fill_wide(const void* args) {
  const auto& own = *static_cast<const LetterboxArgs*>(args);
  if (letterbox::Avx2Sampler::can_take(own)) return letterbox::fill_slot<letterbox::Avx2Sampler>(own);
  fill<std::uint8_t>(args);
}
#else
constexpr HostLoop fill_wide = fill<std::uint8_t>;
#endif

}  // namespace

// The version is chosen once, when the program starts.
const Kernel kLetterbox8Kernel{"lyn_letterbox8", fastest<fill<std::uint8_t>, fill_wide>(), {32, 8, 1}};
const Kernel kLetterbox16Kernel{"lyn_letterbox16", fastest<fill<std::uint16_t>>(), {32, 8, 1}};

}  // namespace lyn
