#include "kernels/motion_components.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "kernels/device_array.h"

namespace lyn {
namespace {

using Grid2 = std::vector<std::vector<std::uint8_t>>;

/// First cell and area of each component of 8-connected cells, by flood fill.
std::map<int, int> flood(Grid2 cells) {
  const int height = static_cast<int>(cells.size());
  const int width = static_cast<int>(cells[0].size());
  std::map<int, int> found;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if (cells[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] == 0) continue;
      int area = 0;
      std::vector<std::pair<int, int>> open{{x, y}};
      cells[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] = 0;
      while (!open.empty()) {
        const auto [cx, cy] = open.back();
        open.pop_back();
        ++area;
        for (int ny = std::max(cy - 1, 0); ny <= std::min(cy + 1, height - 1); ++ny) {
          for (int nx = std::max(cx - 1, 0); nx <= std::min(cx + 1, width - 1); ++nx) {
            auto& cell = cells[static_cast<std::size_t>(ny)][static_cast<std::size_t>(nx)];
            if (std::exchange(cell, std::uint8_t{0}) != 0) open.emplace_back(nx, ny);
          }
        }
      }
      found[y * width + x] = area;
    }
  }
  return found;
}

/// The same by the kernels: cells are both the mask and what joins it.
std::map<int, int> labelled(test::CpuBench& bench, const Grid2& cells) {
  const int height = static_cast<int>(cells.size());
  const int width = static_cast<int>(cells[0].size());
  std::vector<std::uint8_t> flat;
  for (const auto& row : cells) flat.insert(flat.end(), row.begin(), row.end());
  test::DeviceArray<std::uint8_t> mask(bench, flat);
  test::DeviceArray<std::int32_t> labels(bench, std::vector<std::int32_t>(flat.size(), 77));
  test::DeviceArray<MotionComponent> components(bench, std::vector<MotionComponent>(flat.size()));
  MotionArgs args{};
  args.width = width;
  args.height = height;
  args.mask = args.joined = mask.address();
  args.labels = labels.address();
  args.components = components.address();
  for (const Kernel* step : {&kMotionPrepare, &kMotionMerge, &kMotionMeasure}) {
    EXPECT_TRUE(bench.device->launch(*bench.stream, *step, args, motion_cells(args)).ok());
  }
  std::map<int, int> found;
  const auto roots = labels.values();
  const auto measured = components.values();
  for (int i = 0; i < width * height; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (roots[at] == i) found[i] = measured[at].area;
  }
  return found;
}

Grid2 random_cells(int width, int height, unsigned share, unsigned seed) {
  std::mt19937 random(seed);
  Grid2 cells(static_cast<std::size_t>(height), std::vector<std::uint8_t>(static_cast<std::size_t>(width)));
  for (auto& row : cells) {
    for (auto& cell : row) cell = random() % 100 < share ? 1 : 0;
  }
  return cells;
}

TEST(MotionComponents, are_those_of_a_flood_fill_for_masks_of_any_density) {
  test::CpuBench bench;
  for (unsigned share = 0; share <= 100; share += 10) {
    for (const auto& [width, height] : {std::pair{1, 1}, std::pair{40, 30}, std::pair{97, 5}, std::pair{3, 64}}) {
      const Grid2 cells = random_cells(width, height, share, share + 1);
      EXPECT_EQ(labelled(bench, cells), flood(cells)) << share << " % of " << width << "x" << height;
    }
  }
}

TEST(MotionComponents, a_spiral_and_a_comb_are_one_component) {
  test::CpuBench bench;
  const Grid2 comb{{1, 0, 1, 0, 1, 0, 1}, {1, 0, 1, 0, 1, 0, 1}, {1, 1, 1, 1, 1, 1, 1}};
  EXPECT_EQ(labelled(bench, comb), (std::map<int, int>{{0, 15}}));
  const Grid2 spiral{{1, 1, 1, 1, 1}, {0, 0, 0, 0, 1}, {1, 1, 1, 0, 1}, {1, 0, 0, 0, 1}, {1, 1, 1, 1, 1}};
  EXPECT_EQ(labelled(bench, spiral), (std::map<int, int>{{0, 17}}));
}

TEST(MotionComponents, touching_corners_join_and_a_gap_parts) {
  test::CpuBench bench;
  EXPECT_EQ(labelled(bench, {{0, 1, 0}, {1, 0, 0}, {0, 0, 1}}), (std::map<int, int>{{1, 2}, {8, 1}}));
}

}  // namespace
}  // namespace lyn
