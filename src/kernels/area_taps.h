#pragma once

#include <cstdint>
#include <vector>

#include "kernels/taps.h"

namespace lyn {

/// Taps of one axis for the mean over what an output covers: output o is the sum of `count` samples from index[o] on,
/// times weight[o * count ...] of kAreaOne.
struct AreaTaps {
  int count = 1;                     ///< the same for every output; those that an output does not need weigh 0
  std::vector<std::int32_t> index;   ///< index + count <= plane_length
  std::vector<std::int32_t> weight;  ///< each output's sum to kAreaOne
};

constexpr std::int32_t kAreaOne = 1 << 16;

/// A box of as many samples as an output covers, one at least, around the place at which make_taps() would sample;
/// each sample weighs by how much of the box lies on it. Beyond the plane's ends their own samples go on. A plane that
/// is not made smaller is so sampled as bilinear does.
AreaTaps make_area_taps(int outputs, const AxisSiting& axis, bool reversed);

}  // namespace lyn
