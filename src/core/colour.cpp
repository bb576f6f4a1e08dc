#include "core/colour.h"

namespace lyn {

namespace {

constexpr int kHighDefinitionLines = 720;

}  // namespace

Matrix matrix_of_code(unsigned code) {
  switch (code) {
    case 1:
      return Matrix::bt709;
    case 5:  // 625 lines
    case 6:  // 525 lines: the same matrix
      return Matrix::bt601;
    case 9:   // non-constant luminance
    case 10:  // constant luminance
      return Matrix::bt2020;
    default:
      return Matrix::unspecified;
  }
}

Colour resolve_untagged(Colour tagged, int height, bool is_mjpeg) {
  if (tagged.matrix == Matrix::unspecified) {
    tagged.matrix = height >= kHighDefinitionLines ? Matrix::bt709 : Matrix::bt601;
  }
  if (tagged.range == Range::unspecified) tagged.range = is_mjpeg ? Range::full : Range::limited;
  if (tagged.siting == Siting::unspecified) tagged.siting = is_mjpeg ? Siting::center : Siting::left;
  return tagged;
}

}  // namespace lyn
