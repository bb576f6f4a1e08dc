#include "kernels/area_taps.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace lyn {
namespace {

struct Box {
  double begin, length;  // sample k lies from k to k + 1
};

Box box_of(int output, int outputs, const AxisSiting& axis, bool reversed) {
  const double step = static_cast<double>(axis.luma_length) / outputs;
  double at = (output + 0.5) * step - 0.5;
  if (reversed) at = axis.luma_length - 1 - at;
  if (axis.shift == 1) at = axis.centred ? at / 2 - 0.25 : at / 2;
  const double length = std::max(1.0, axis.shift == 1 ? step / 2 : step);
  return {at + 0.5 - length / 2, length};
}

/// Weights by sample. Borders are rounded and not weights, so that the sum is exact.
std::map<int, std::int32_t> weights_of(const Box& box, int plane_length) {
  std::map<int, std::int32_t> weights;
  const double end = box.begin + box.length;
  std::int32_t before = 0;
  for (int sample = static_cast<int>(std::floor(box.begin)); before < kAreaOne; ++sample) {
    const double covered = std::min(sample + 1.0, end) - box.begin;
    const auto up_to = std::min(static_cast<std::int32_t>(std::floor(covered / box.length * kAreaOne + 0.5)), kAreaOne);
    if (up_to > before) weights[std::clamp(sample, 0, plane_length - 1)] += up_to - before;
    before = up_to;
  }
  return weights;
}

}  // namespace

AreaTaps make_area_taps(int outputs, const AxisSiting& axis, bool reversed) {
  std::vector<std::map<int, std::int32_t>> all;
  AreaTaps taps;
  for (int o = 0; o < outputs; ++o) {
    all.push_back(weights_of(box_of(o, outputs, axis, reversed), axis.plane_length));
    taps.count = std::max(taps.count, all.back().rbegin()->first - all.back().begin()->first + 1);
  }
  for (const auto& weights : all) {
    const int first = std::min(weights.begin()->first, axis.plane_length - taps.count);
    taps.index.push_back(first);
    const std::size_t at = taps.weight.size();
    taps.weight.resize(at + static_cast<std::size_t>(taps.count));
    for (const auto& [sample, weight] : weights) taps.weight[at + static_cast<std::size_t>(sample - first)] = weight;
  }
  return taps;
}

}  // namespace lyn
