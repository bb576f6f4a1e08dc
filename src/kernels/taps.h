#pragma once

#include <cstdint>
#include <vector>

#include "core/colour.h"

namespace lyn {

/// Where the samples of one plane lie on one axis of the stored picture.
struct AxisSiting {
  int luma_length = 0;   ///< of the picture on this axis, in luma samples
  int plane_length = 0;  ///< of the plane
  int shift = 0;         ///< log2 of luma samples a plane sample
  bool centred = false;  ///< a shifted sample sits between its luma samples rather than on the first
};

/// Bilinear taps of one axis: output o reads samples index[o] and index[o]+1 of the plane with weights
/// 1024-weight[o] and weight[o]. Where weight is 0 the second may not exist and is not read.
struct Taps {
  std::vector<std::int32_t> index;
  std::vector<std::int32_t> weight;  ///< 0..1024; index + (weight != 0) < plane_length
};

/// Half-pixel centres: output o lies at luma coordinate (o + 0.5) * luma_length / outputs - 0.5 counted
/// from the near end, or from the far end when `reversed` (for rotated pictures). The plane coordinate
/// is half of that for a co-sited shifted plane, a quarter sample less for a centred one, clamped to the plane's ends.
Taps make_taps(int outputs, const AxisSiting& axis, bool reversed);

/// Whether chroma of this siting is centred on the horizontal and on the vertical axis.
bool centred_x(Siting siting);
bool centred_y(Siting siting);

}  // namespace lyn
