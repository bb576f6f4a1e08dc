#pragma once

#include "kernels/motion_align.h"

/// Steps of kernels/motion.h: the model against the frame.
namespace lyn::motion {

constexpr std::int32_t kFirstDeviation = 2 << 16;  ///< of a model that knows no noise yet: 2 levels
constexpr std::int32_t kLeastDeviation = 1 << 14;
constexpr std::int32_t kMostDeviation = 32 << 16;
constexpr std::int32_t kDrift = 2 << 6;  ///< a median change that is no noise
constexpr std::int32_t kBinLevels = 256 / kMotionToneBins;

/// What a parallel device must not do with a plain `+=`.
LYN_HD void count_one(std::uint32_t& counter) {
#if defined(__CUDA_ARCH__)
  atomicAdd(&counter, 1U);
#else
  ++counter;
#endif
}

/// The model's cell that is seen at (x, y); -1 where it does not reach.
LYN_HD std::int64_t model_cell(const MotionArgs& args, const MotionState& state, int x, int y) {
  const int column = x - state.shift_x;
  const int row = y - state.shift_y;
  if (column < 0 || row < 0 || column >= args.width || row >= args.height) return -1;
  return cell_at(args, column, row);
}

LYN_HD void range(const MotionArgs& args, int x, int y) {
  const MotionState& state = *args.state.host_view();
  const std::int64_t at = cell_at(args, x, y);
  std::int32_t low = 0x7fffffff;
  std::int32_t high = 0;
  if (state.age > 0 && model_cell(args, state, x, y) >= 0) {
    const std::int32_t* mean = args.mean.host_view();
    for (int dy = -1; dy <= 1; ++dy) {
      const std::int32_t* row = mean + cell_at(args, 0, held(y - state.shift_y + dy, 0, args.height - 1));
      for (int dx = -1; dx <= 1; ++dx) {
        const std::int32_t one = row[held(x - state.shift_x + dx, 0, args.width - 1)];
        low = one < low ? one : low;
        high = one > high ? one : high;
      }
    }
    args.low.host_view()[at] = static_cast<std::uint16_t>(low >> 10);
    args.high.host_view()[at] = static_cast<std::uint16_t>(high >> 10);
    return;
  }
  args.low.host_view()[at] = 1;
  args.high.host_view()[at] = 0;
}

/// How far outside the range; 0 within it and where nothing is known.
LYN_HD std::int32_t outside(std::int32_t value, std::int32_t low, std::int32_t high) {
  return value > high ? value - high : value < low ? low - value : 0;
}

/// 8.6: the floor, or the cell's own noise.
LYN_HD std::int32_t threshold(const MotionArgs& args, std::int64_t model) {
  const std::int32_t noise = (args.deviation.host_view()[model] >> 10) * args.factor / 4;
  return noise > args.floor ? noise : args.floor;
}

/// Counts what changed, and by how much at which brightness.
LYN_HD void compare(const MotionArgs& args, int x, int y) {
  MotionState& state = *args.state.host_view();
  const std::int64_t at = cell_at(args, x, y);
  const std::int32_t low = args.low.host_view()[at];
  const std::int32_t high = args.high.host_view()[at];
  if (low > high) return;
  const std::int64_t model = model_cell(args, state, x, y);
  const std::int32_t value = args.value.host_view()[at];
  const std::int32_t mean = args.mean.host_view()[model] >> 10;
  const int brightness = held((mean >> 6) / kBinLevels, 0, kMotionToneBins - 1);
  const int change = held(((value - mean + 64) >> 7) + kMotionChangeBins / 2, 0, kMotionChangeBins - 1);
  count_one(args.histogram.host_view()[brightness * kMotionChangeBins + change]);
  count_one(args.histogram.host_view()[kMotionToneBins * kMotionChangeBins + change]);
  if (outside(value, low, high) > threshold(args, model)) count_one(state.changed);
}

/// The median of counts of changes, 8.6.
LYN_HD std::int32_t median_change(const std::uint32_t* counts, std::uint32_t total) {
  std::uint32_t below = 0;
  int median = 0;
  while (median < kMotionChangeBins - 1 && (below + counts[median]) * 2 < total) below += counts[median++];
  return (median - kMotionChangeBins / 2) * 128;
}

/// One point of the tone curve: the median change, where enough cells have this brightness. The item behind the last
/// bin is the median of all.
LYN_HD void tone(const MotionArgs& args, int bin) {
  MotionState& state = *args.state.host_view();
  const std::uint32_t* counts = args.histogram.host_view() + bin * kMotionChangeBins;
  std::uint32_t total = 0;
  for (int i = 0; i < kMotionChangeBins; ++i) total += counts[i];
  if (bin == kMotionToneBins) {
    state.drift = median_change(counts, total);
    return;
  }
  const auto cells = static_cast<std::uint32_t>(args.width * args.height);
  state.tone_known[bin] = total * 64 >= cells && total >= 16 ? 1 : 0;
  state.tone[bin] = median_change(counts, total);
}

/// Points that too few cells have follow the nearest known one, the darker of two equally near.
LYN_HD void toned(const MotionArgs& args) {
  MotionState& state = *args.state.host_view();
  for (int bin = 0; bin < kMotionToneBins; ++bin) {
    if (state.tone_known[bin] != 0) continue;
    state.tone[bin] = 0;
    for (int distance = 1; distance < kMotionToneBins; ++distance) {
      int from = bin - distance;
      if (from < 0 || state.tone_known[from] == 0) from = bin + distance;
      if (from >= kMotionToneBins || state.tone_known[from] == 0) continue;
      state.tone[bin] = state.tone[from];
      break;
    }
  }
}

/// A level after the tone curve, both 8.6: linear between the middles of bins.
LYN_HD std::int32_t through_tone(const MotionState& state, std::int32_t level) {
  constexpr std::int32_t kBin = kBinLevels << 6;
  const std::int32_t place = level - kBin / 2;
  const int left = held(place < 0 ? 0 : place / kBin, 0, kMotionToneBins - 1);
  const int right = left + 1 < kMotionToneBins ? left + 1 : left;
  const std::int32_t part = held(place - left * kBin, 0, kBin);
  const std::int32_t change = (state.tone[left] * (kBin - part) + state.tone[right] * part) / kBin;
  return held(level + change, 0, (256 << 6) - 1);
}

LYN_HD std::int32_t toned_distance(const MotionArgs& args, const MotionState& state, std::int64_t at) {
  const std::int32_t low = args.low.host_view()[at];
  const std::int32_t high = args.high.host_view()[at];
  if (low > high) return 0;
  return outside(args.value.host_view()[at], through_tone(state, low), through_tone(state, high));
}

/// Whether a tone curve is worth a look at all.
LYN_HD bool may_be_light(const MotionArgs& args, const MotionState& state) {
  const auto cells = static_cast<std::uint32_t>(args.width * args.height);
  return state.changed * 32 > cells || state.drift >= kDrift || state.drift <= -kDrift;
}

LYN_HD void recount(const MotionArgs& args, int x, int y) {
  MotionState& state = *args.state.host_view();
  if (!may_be_light(args, state)) return;
  const std::int64_t model = model_cell(args, state, x, y);
  if (model < 0 || state.age == 0) return;
  if (toned_distance(args, state, cell_at(args, x, y)) > threshold(args, model)) count_one(state.changed_toned);
}

/// The curve is taken where it explains more than half of a change of at least a 32nd of the picture; and, before it
/// comes to that, where light drifts and the curve leaves no more unexplained than none.
LYN_HD void decide(const MotionArgs& args) {
  MotionState& state = *args.state.host_view();
  const auto cells = static_cast<std::uint32_t>(args.width * args.height);
  const bool jump = state.changed * 32 > cells && state.changed_toned * 2 < state.changed;
  const bool drift = (state.drift >= kDrift || state.drift <= -kDrift) && state.changed_toned <= state.changed;
  const bool light = jump || drift;
  const std::uint32_t left = light ? state.changed_toned : state.changed;
  if (state.age == 0 || left * 2 > cells) {
    state.mode = MotionMode::restart;
    state.age = 1;
    return;
  }
  ++state.age;
  state.mode = light ? MotionMode::retone : MotionMode::keep;
}

/// Whether a value is that of the background before the last absorption.
LYN_HD bool is_former(const MotionArgs& args, const MotionState& state, std::int64_t model, std::int32_t value) {
  std::int32_t former = args.former.host_view()[model] >> 10;
  if (state.mode == MotionMode::retone) former = through_tone(state, former);
  return (value > former ? value - former : former - value) <= threshold(args, model);
}

LYN_HD void classify(const MotionArgs& args, int x, int y) {
  const MotionState& state = *args.state.host_view();
  const std::int64_t at = cell_at(args, x, y);
  const std::int64_t model = model_cell(args, state, x, y);
  std::int32_t distance = 0;
  if (state.mode == MotionMode::retone) {
    distance = toned_distance(args, state, at);
  } else if (args.low.host_view()[at] <= args.high.host_view()[at]) {
    distance = outside(args.value.host_view()[at], args.low.host_view()[at], args.high.host_view()[at]);
  }
  args.distance.host_view()[at] = static_cast<std::uint16_t>(distance);
  const bool known = state.mode != MotionMode::restart && model >= 0;
  const bool changed = known && distance > threshold(args, model);
  args.raw.host_view()[at] = changed && !is_former(args, state, model, args.value.host_view()[at]) ? 1 : 0;
}

LYN_HD std::int32_t step_towards(std::int32_t from, std::int32_t to, std::int32_t rate) {
  return from + static_cast<std::int32_t>(((static_cast<std::int64_t>(to) - from) * rate) >> 16);
}

/// What covers a cell, and for how long it has not moved: at last it is the background. In a young model that is
/// sooner: what it began with may have walked away.
LYN_HD void cover(const MotionArgs& args, std::int64_t model, std::int32_t value, bool young) {
  std::uint16_t& last = args.cover.host_view()[model];
  std::int32_t& still_ms = args.cover_ms.host_view()[model];
  const std::int32_t moved = value > last ? value - last : last - value;
  still_ms = moved > args.floor ? 0 : still_ms + args.elapsed_ms;
  if (moved > args.floor) last = static_cast<std::uint16_t>(value);
  if (still_ms < (young ? args.absorb_ms / 24 : args.absorb_ms)) return;
  still_ms = 0;
  args.former.host_view()[model] = args.mean.host_view()[model];
  args.mean.host_view()[model] = value << 10;
  args.deviation.host_view()[model] = kFirstDeviation;
}

/// How far a value is from the background, or from the frame before where that is less: light that drifts is no noise.
LYN_HD std::int32_t noise_of(const MotionArgs& args, std::int64_t at) {
  const std::int32_t value = args.value.host_view()[at];
  std::uint16_t& before = args.before.host_view()[at];
  const std::int32_t step = value > before ? value - before : before - value;
  before = static_cast<std::uint16_t>(value);
  const std::int32_t distance = args.distance.host_view()[at];
  return step < distance ? step : distance;
}

/// A cell of a model that begins.
LYN_HD void found(const MotionArgs& args, std::int64_t cell) {
  const std::uint16_t value = args.value.host_view()[cell];
  args.mean.host_view()[cell] = args.former.host_view()[cell] = value << 10;
  args.deviation.host_view()[cell] = kFirstDeviation;
  args.cover.host_view()[cell] = args.before.host_view()[cell] = value;
  args.cover_ms.host_view()[cell] = 0;
}

/// Means and deviation of a model's cell that is seen at `at`.
LYN_HD void follow(const MotionArgs& args, const MotionState& state, std::int64_t model, std::int64_t at) {
  std::int32_t& mean = args.mean.host_view()[model];
  std::int32_t& deviation = args.deviation.host_view()[model];
  const std::int32_t value = args.value.host_view()[at];
  const std::int32_t first = 65536 / state.age;
  const std::int32_t rate = first > args.rate ? first : args.rate;
  const bool covered = args.mask.host_view()[at] != 0;
  const std::int32_t limit = threshold(args, model);
  if (!covered && args.distance.host_view()[at] > limit && args.raw.host_view()[at] == 0) {
    const std::int32_t former = args.former.host_view()[model];
    args.former.host_view()[model] = mean;
    mean = former;
  }
  const std::int32_t noise = noise_of(args, at);
  const std::int32_t most = 2 * limit;
  deviation = held(step_towards(deviation, (noise < most ? noise : most) << 10, covered ? args.cover_rate : rate),
                   kLeastDeviation, kMostDeviation);
  if (!covered) args.cover_ms.host_view()[model] = 0;
  if (!covered || state.age <= kMotionLearnFrames) mean = step_towards(mean, value << 10, rate);
  if (covered) cover(args, model, value, state.age <= kMotionSettleFrames);
}

/// The model goes one frame further. By cells of the model, so that those out of sight go through the tone curve too.
LYN_HD void update(const MotionArgs& args, int column, int row) {
  const MotionState& state = *args.state.host_view();
  const std::int64_t model = cell_at(args, column, row);
  if (state.mode == MotionMode::restart) return found(args, model);
  if (state.mode == MotionMode::retone) {
    args.mean.host_view()[model] = through_tone(state, args.mean.host_view()[model] >> 10) << 10;
    args.former.host_view()[model] = through_tone(state, args.former.host_view()[model] >> 10) << 10;
  }
  const int x = column + state.shift_x;
  const int y = row + state.shift_y;
  if (x < 0 || y < 0 || x >= args.width || y >= args.height) return;
  follow(args, state, model, cell_at(args, x, y));
}

}  // namespace lyn::motion
