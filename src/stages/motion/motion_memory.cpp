#include "stages/motion/motion_memory.h"

#include <algorithm>

namespace lyn {
namespace {

/// Cells along the longer side, at most: fine enough for a person far away, few enough to cost little.
constexpr int kMostCells = 480;
constexpr std::size_t kAlignment = 256;

int cell_log2_of(int width, int height) {
  int log2 = 1;  // one pixel alone is too noisy
  while ((std::max(width, height) >> log2) > kMostCells) ++log2;
  return log2;
}

int cells_of(int pixels, int cell_log2) {
  return (pixels + (1 << cell_log2) - 1) >> cell_log2;
}

/// Cuts one block of memory into arrays. Without a block it only adds up.
class Cutter {
 public:
  explicit Cutter(ByteAddress base) : base_(base) {}
  template <class T>
  void cut(Address<T>& to, std::size_t count) {
    to = base_.offset_bytes(static_cast<std::ptrdiff_t>(used_)).template as<T>();
    used_ += (count * sizeof(T) + kAlignment - 1) / kAlignment * kAlignment;
  }
  [[nodiscard]] std::size_t used() const { return used_; }

 private:
  ByteAddress base_;
  std::size_t used_ = 0;
};

std::size_t cut(ByteAddress base, MotionArgs& args, Address<MotionBoxes>& results) {
  const auto lines = static_cast<std::size_t>(args.width + args.height);
  const auto cells = static_cast<std::size_t>(args.width) * static_cast<std::size_t>(args.height);
  Cutter cutter(base);
  cutter.cut(args.value, cells);
  cutter.cut(args.before, cells);
  cutter.cut(args.mean, cells);
  cutter.cut(args.deviation, cells);
  cutter.cut(args.former, cells);
  cutter.cut(args.cover, cells);
  cutter.cut(args.cover_ms, cells);
  cutter.cut(args.low, cells);
  cutter.cut(args.high, cells);
  cutter.cut(args.distance, cells);
  cutter.cut(args.profiles, 2 * lines);
  cutter.cut(args.misfit, 2 * (2 * std::size_t{kMotionReach} + 1));
  cutter.cut(args.histogram, std::size_t{kMotionHistograms} * kMotionChangeBins);
  cutter.cut(args.raw, cells);
  cutter.cut(args.mask, cells);
  cutter.cut(args.wide, cells);
  cutter.cut(args.joined, cells);
  cutter.cut(args.labels, cells);
  cutter.cut(args.components, cells);
  cutter.cut(args.state, 1);
  cutter.cut(args.candidates.keys, cells);
  cutter.cut(args.candidates.boxes, cells);
  cutter.cut(args.candidates.classes, cells);
  cutter.cut(results, 1);
  return cutter.used();
}

MotionArgs sizes_for(int luma_width, int luma_height) {
  MotionArgs args{};
  args.luma_width = luma_width;
  args.luma_height = luma_height;
  args.cell_log2 = cell_log2_of(luma_width, luma_height);
  args.width = cells_of(luma_width, args.cell_log2);
  args.height = cells_of(luma_height, args.cell_log2);
  args.candidates.anchors = args.width * args.height;
  return args;
}

}  // namespace

std::size_t MotionMemory::bytes_for(int luma_width, int luma_height) {
  MotionArgs args = sizes_for(luma_width, luma_height);
  Address<MotionBoxes> results;
  return cut({}, args, results);
}

Result<MotionMemory> MotionMemory::create(Device& device, int luma_width, int luma_height) {
  MotionMemory memory;
  memory.args_ = sizes_for(luma_width, luma_height);
  LYN_TRY(memory.memory_, device.pool().lease(bytes_for(luma_width, luma_height)));
  cut(memory.memory_.address(), memory.args_, memory.results_);
  return memory;
}

}  // namespace lyn
