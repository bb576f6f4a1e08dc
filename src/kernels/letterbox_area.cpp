#include "kernels/letterbox_area.h"

#include "kernels/letterbox_area_line.h"
#include "kernels/letterbox_slot.h"
#include "kernels/simd_versions.h"

namespace lyn {
namespace {

template <class Sample>
void by_pixel(const LetterboxArgs& args) {
  for (int y = 0; y < args.slot_height; ++y) {
    for (int x = 0; x < args.slot_width; ++x) letterbox_area::slot_pixel<Sample>(args, x, y);
  }
}

template <class Sample>
void fill(const void* args) {
  const auto& own = *static_cast<const LetterboxArgs*>(args);
  letterbox_area::fits(own) ? letterbox::fill_slot<letterbox_area::AreaSampler<Sample>>(own) : by_pixel<Sample>(own);
}

}  // namespace

const Kernel kLetterboxArea8Kernel{"lyn_letterbox_area8", fastest<fill<std::uint8_t>>(), {32, 8, 1}};
const Kernel kLetterboxArea16Kernel{"lyn_letterbox_area16", fastest<fill<std::uint16_t>>(), {32, 8, 1}};

}  // namespace lyn
