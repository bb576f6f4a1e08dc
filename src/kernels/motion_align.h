#pragma once

#include "kernels/motion.h"

/// Steps of kernels/motion.h: cells from luma, and how far the picture as a whole has shifted.
namespace lyn::motion {

LYN_HD std::int64_t cell_at(const MotionArgs& args, int x, int y) {
  return static_cast<std::int64_t>(y) * args.width + x;
}

LYN_HD int held(int value, int least, int most) {
  return value < least ? least : value > most ? most : value;
}

/// Item 0 clears the counters; all clear the histogram.
LYN_HD void begin(const MotionArgs& args, int item) {
  args.histogram.host_view()[item] = 0;
  if (item != 0) return;
  MotionState& state = *args.state.host_view();
  if (args.restart) state.age = 0;
  state.changed = state.changed_toned = 0;
  state.shift_x = state.shift_y = 0;
}

/// The sum of a cell's samples. At the right and bottom edge the last sample stands for those beyond.
template <class Sample>
LYN_HD std::uint32_t cell_sum(const MotionArgs& args, int x, int y) {
  const int size = 1 << args.cell_log2;
  std::uint32_t sum = 0;
  for (int row = y * size; row < (y + 1) * size; ++row) {
    const int line = row < args.luma_height ? row : args.luma_height - 1;
    const auto* samples = reinterpret_cast<const Sample*>(args.luma.host_view() + line * args.pitch);
    for (int column = x * size; column < (x + 1) * size; ++column) {
      sum += static_cast<std::uint32_t>(samples[column < args.luma_width ? column : args.luma_width - 1]) >>
             args.low_zero_bits;
    }
  }
  return sum;
}

/// A sum of samples as 8.6 of the 8-bit scale, rounded. Sums have at most 12 + 2 * 6 bits.
LYN_HD std::uint16_t cell_value(const MotionArgs& args, std::uint32_t sum) {
  const int shift = 2 * args.cell_log2 + args.bit_depth - 8 - 6;
  if (shift <= 0) return static_cast<std::uint16_t>(sum << -shift);
  return static_cast<std::uint16_t>((sum + (1U << (shift - 1))) >> shift);
}

LYN_HD void reduce(const MotionArgs& args, int x, int y) {
  const std::uint32_t sum =
      args.sample_bytes == 1 ? cell_sum<std::uint8_t>(args, x, y) : cell_sum<std::uint16_t>(args, x, y);
  args.value.host_view()[cell_at(args, x, y)] = cell_value(args, sum);
}

/// One line's sum in whole levels (8.0 each): of a column where item < width, else of a row; frame, then model.
LYN_HD void profile(const MotionArgs& args, int item) {
  const int lines = args.width + args.height;
  const bool of_model = item >= lines;
  const int line = of_model ? item - lines : item;
  const bool column = line < args.width;
  const std::int64_t first = column ? line : static_cast<std::int64_t>(line - args.width) * args.width;
  const std::int64_t step = column ? args.width : 1;
  const int count = column ? args.height : args.width;
  std::int64_t sum = 0;
  if (of_model) {
    const std::int32_t* mean = args.mean.host_view() + first;
    for (int i = 0; i < count; ++i) sum += mean[i * step] >> 10;
  } else {
    const std::uint16_t* value = args.value.host_view() + first;
    for (int i = 0; i < count; ++i) sum += value[i * step];
  }
  args.profiles.host_view()[item] = static_cast<std::int32_t>(sum >> 6);
}

/// How badly the steps of the frame's profile fit those of the model's at one shift. Steps from line to line do not
/// see a change of light; each shift is judged on the same lines of the model.
LYN_HD void align(const MotionArgs& args, int item) {
  constexpr int kShifts = 2 * kMotionReach + 1;
  const bool vertical = item >= kShifts;
  const int shift = (vertical ? item - kShifts : item) - kMotionReach;
  const int count = vertical ? args.height : args.width;
  const std::int32_t* frame = args.profiles.host_view() + (vertical ? args.width : 0);
  const std::int32_t* model = frame + args.width + args.height;
  std::uint64_t sum = 0;
  for (int i = kMotionReach; i + kMotionReach + 1 < count; ++i) {
    const std::int32_t seen = frame[i + shift + 1] - frame[i + shift];
    const std::int32_t known = model[i + 1] - model[i];
    sum += static_cast<std::uint64_t>(seen > known ? seen - known : known - seen);
  }
  args.misfit.host_view()[item] = sum > 0xffffffffU ? 0xffffffffU : static_cast<std::uint32_t>(sum);
}

/// The best shift where it takes a quarter off the misfit of none; nearer ones win where they are equal.
LYN_HD int best_shift(const std::uint32_t* misfit) {
  int best = 0;
  for (int distance = 1; distance <= kMotionReach; ++distance) {
    if (misfit[kMotionReach - distance] < misfit[kMotionReach + best]) best = -distance;
    if (misfit[kMotionReach + distance] < misfit[kMotionReach + best]) best = distance;
  }
  return misfit[kMotionReach + best] < misfit[kMotionReach] / 4 * 3 ? best : 0;
}

LYN_HD void choose(const MotionArgs& args) {
  MotionState& state = *args.state.host_view();
  if (state.age == 0) return;
  const std::uint32_t* misfit = args.misfit.host_view();
  state.shift_x = best_shift(misfit);
  state.shift_y = best_shift(misfit + 2 * kMotionReach + 1);
}

}  // namespace lyn::motion
