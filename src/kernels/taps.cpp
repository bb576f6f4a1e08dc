#include "kernels/taps.h"

#include <algorithm>
#include <cmath>

namespace lyn {

Taps make_taps(int outputs, const AxisSiting& axis, bool reversed) {
  Taps taps;
  const auto count = static_cast<std::size_t>(outputs);
  taps.index.resize(count);
  taps.weight.resize(count);
  const double step = static_cast<double>(axis.luma_length) / outputs;
  for (std::size_t o = 0; o < count; ++o) {
    double at = (static_cast<double>(o) + 0.5) * step - 0.5;
    if (reversed) at = axis.luma_length - 1 - at;
    if (axis.shift == 1) at = axis.centred ? at / 2 - 0.25 : at / 2;
    at = std::clamp(at, 0.0, static_cast<double>(axis.plane_length - 1));
    // Rounded in steps of 1/1024 over the whole coordinate, so that a fraction next to 1 carries.
    const auto steps = static_cast<std::int64_t>(std::floor(at * 1024 + 0.5));
    taps.index[o] = static_cast<std::int32_t>(steps >> 10);
    taps.weight[o] = static_cast<std::int32_t>(steps & 1023);
  }
  return taps;
}

bool centred_x(Siting siting) {
  return siting == Siting::center;
}

bool centred_y(Siting siting) {
  return siting != Siting::topleft;
}

}  // namespace lyn
