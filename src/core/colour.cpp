#include "core/colour.h"

namespace lyn {

namespace {

constexpr int kHighDefinitionLines = 720;

}  // namespace

Colour resolve_untagged(Colour tagged, int height, bool is_mjpeg) {
  if (tagged.matrix == Matrix::unspecified) {
    tagged.matrix = height >= kHighDefinitionLines ? Matrix::bt709 : Matrix::bt601;
  }
  if (tagged.range == Range::unspecified) tagged.range = is_mjpeg ? Range::full : Range::limited;
  if (tagged.siting == Siting::unspecified) tagged.siting = is_mjpeg ? Siting::center : Siting::left;
  return tagged;
}

}  // namespace lyn
