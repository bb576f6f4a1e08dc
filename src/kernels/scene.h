#pragma once

#include <cstdint>

#include "device/address.h"
#include "device/kernel.h"

namespace lyn {

/// What a camera looks at, in a few numbers: a coarse grid of cells over a map of block means (kMotionReduce makes it),
/// compared with how the map usually is. Light that changes leaves most of what is counted here, a hand before the lens
/// none of it. Integers throughout: the same bits on every device.
///
/// An edge is a difference between a block and its neighbour to the right or below that exceeds 1.5 levels and a 64th
/// of their sum: contrast, so that brighter light does not make more of them. A mark is the same between two windows of
/// 4 x 4 blocks, of how the view usually is: too large for a mount that shakes to lose it, and for speckle to make it.
///
/// Order of a look: look, follow.
constexpr int kSceneColumns = 8;
constexpr int kSceneRows = 6;
constexpr int kSceneCells = kSceneColumns * kSceneRows;

struct SceneCell {
  std::uint16_t mean;   ///< of luma, 8.6
  std::uint16_t edges;  ///< that the picture has
  std::uint16_t known;  ///< that it usually has
  std::uint16_t marks;  ///< that it usually has, at every second block
  std::uint16_t same;   ///< of these, those that it has now, in the same direction
};

struct SceneArgs {
  Address<const std::uint16_t> value;  ///< block means, 8.6, width * height
  Address<std::int32_t> usual;         ///< their running means, 8.16
  Address<SceneCell> cells;            ///< kSceneCells
  int width, height;                   ///< blocks
  std::int32_t rate;                   ///< of the running means, of 65,536; 0: they stay as they are
  bool restart;                        ///< nothing is known yet: the running means begin with this picture
};

extern const Kernel kSceneLook;    ///< {kSceneColumns, kSceneRows}
extern const Kernel kSceneFollow;  ///< {width, height}

namespace scene {

/// 8.6: what a difference of two blocks must exceed to be an edge.
LYN_HD std::int32_t contrast(std::int32_t a, std::int32_t b) {
  return 96 + (a + b) / 64;
}

LYN_HD std::int32_t distance(std::int32_t difference) {
  return difference < 0 ? -difference : difference;
}

LYN_HD bool is_edge(std::int32_t a, std::int32_t b) {
  return distance(b - a) > contrast(a, b);
}

/// Whether the direction of a mark is there now. Half its height is enough: noise moves what is low over the bar and
/// back.
LYN_HD bool is_there(std::int32_t a, std::int32_t b, std::int32_t usual_a, std::int32_t usual_b) {
  const std::int32_t along = usual_b > usual_a ? b - a : a - b;
  return along > contrast(a, b) / 2;
}

constexpr int kWindow = 4;  ///< blocks

/// The mean of the window whose first block is at (x, y), in 8.6; `shift`: what the map has below that.
template <class Value>
LYN_HD std::int32_t window(const Value* map, int width, int x, int y, int shift) {
  std::int32_t sum = 0;
  for (int row = y; row < y + kWindow; ++row) {
    for (int column = x; column < x + kWindow; ++column) {
      sum += static_cast<std::int32_t>(map[row * width + column]) >> shift;
    }
  }
  return sum / (kWindow * kWindow);
}

/// Edges between the block at (x, y) and those to the right and below.
LYN_HD void count_edges(const SceneArgs& args, int x, int y, SceneCell& cell) {
  const std::uint16_t* value = args.value.host_view() + y * args.width + x;
  const std::int32_t* usual = args.usual.host_view() + y * args.width + x;
  const int steps[2] = {x + 1 < args.width ? 1 : 0, y + 1 < args.height ? args.width : 0};
  for (const int step : steps) {
    if (step == 0) continue;
    if (is_edge(value[0], value[step])) ++cell.edges;
    if (!args.restart && is_edge(usual[0] >> 10, usual[step] >> 10)) ++cell.known;
  }
}

/// Marks between the window at (x, y) and those to the right and below.
LYN_HD void count_marks(const SceneArgs& args, int x, int y, SceneCell& cell) {
  if (args.restart || x + kWindow > args.width || y + kWindow > args.height) return;
  const std::uint16_t* value = args.value.host_view();
  const std::int32_t* usual = args.usual.host_view();
  const std::int32_t own = window(value, args.width, x, y, 0);
  const std::int32_t own_usual = window(usual, args.width, x, y, 10);
  for (int down = 0; down < 2; ++down) {
    const int next_x = down == 0 ? x + kWindow : x;
    const int next_y = down == 0 ? y : y + kWindow;
    if (next_x + kWindow > args.width || next_y + kWindow > args.height) continue;
    const std::int32_t next_usual = window(usual, args.width, next_x, next_y, 10);
    if (!is_edge(own_usual, next_usual)) continue;
    ++cell.marks;
    if (is_there(own, window(value, args.width, next_x, next_y, 0), own_usual, next_usual)) ++cell.same;
  }
}

/// The cell in this column and row of the grid.
LYN_HD void look(const SceneArgs& args, int column, int row) {
  const int right = (column + 1) * args.width / kSceneColumns;
  const int below = (row + 1) * args.height / kSceneRows;
  SceneCell cell{};
  std::uint32_t sum = 0;
  std::uint32_t blocks = 0;
  for (int y = row * args.height / kSceneRows; y < below; ++y) {
    for (int x = column * args.width / kSceneColumns; x < right; ++x) {
      sum += args.value.host_view()[y * args.width + x];
      ++blocks;
      count_edges(args, x, y, cell);
      if (x % 2 == 0 && y % 2 == 0) count_marks(args, x, y, cell);
    }
  }
  cell.mean = static_cast<std::uint16_t>(blocks == 0 ? 0 : sum / blocks);
  args.cells.host_view()[row * kSceneColumns + column] = cell;
}

LYN_HD void follow(const SceneArgs& args, int x, int y) {
  const int at = y * args.width + x;
  const std::int32_t now = static_cast<std::int32_t>(args.value.host_view()[at]) << 10;
  std::int32_t& usual = args.usual.host_view()[at];
  usual = args.restart
              ? now
              : usual + static_cast<std::int32_t>((static_cast<std::int64_t>(now) - usual) * args.rate / 65536);
}

}  // namespace scene
}  // namespace lyn
