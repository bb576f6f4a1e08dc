#include "kernels/scene.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "kernels/device_array.h"

namespace lyn {
namespace {

using test::CpuBench;
using test::DeviceArray;

constexpr int level8_6(int level) {
  return level << 6;
}
constexpr int level8_16(int level) {
  return level << 16;
}

/// A map of 16 x 12 blocks, so that a cell is 2 x 2 of them; grey 100 all over, now and as a rule.
class SceneKernel : public ::testing::Test {
 protected:
  static constexpr int kWidth = 2 * kSceneColumns;
  static constexpr int kHeight = 2 * kSceneRows;

  static std::size_t at(int x, int y) { return static_cast<std::size_t>(y * kWidth + x); }

  /// Runs one kernel over the map; what it left of both.
  struct Left {
    std::vector<SceneCell> cells;
    std::vector<std::int32_t> usual;
  };
  Left run(const Kernel& kernel, Grid grid, bool restart, std::int32_t rate) {
    const DeviceArray<std::uint16_t> value(bench_, value_);
    const DeviceArray<std::int32_t> usual(bench_, usual_);
    const DeviceArray<SceneCell> cells(bench_, std::size_t{kSceneCells});
    const SceneArgs args{
        value.address().as<const std::uint16_t>(), usual.address(), cells.address(), kWidth, kHeight, rate, restart};
    EXPECT_TRUE(bench_.device->launch(*bench_.stream, kernel, args, grid).ok());
    return {cells.values(), usual.values()};
  }
  std::vector<SceneCell> cells(bool restart = false) {
    return run(kSceneLook, {kSceneColumns, kSceneRows, 1}, restart, 0).cells;
  }
  SceneCell first_cell(bool restart = false) { return cells(restart).front(); }
  std::int32_t first_usual(bool restart, std::int32_t rate) {
    return run(kSceneFollow, {kWidth, kHeight, 1}, restart, rate).usual.front();
  }

  CpuBench bench_;
  std::vector<std::uint16_t> value_ = std::vector<std::uint16_t>(std::size_t{kWidth} * kHeight, level8_6(100));
  std::vector<std::int32_t> usual_ = std::vector<std::int32_t>(std::size_t{kWidth} * kHeight, level8_16(100));
};

void expect_cell(const SceneCell& cell, int mean, int edges, int known) {
  EXPECT_EQ(cell.mean, mean);
  EXPECT_EQ(cell.edges, edges);
  EXPECT_EQ(cell.known, known);
}

TEST_F(SceneKernel, sees_no_edge_in_grey) {
  expect_cell(first_cell(), level8_6(100), 0, 0);
}

TEST_F(SceneKernel, counts_an_edge_to_the_right_and_one_below) {
  value_[at(0, 0)] = level8_6(164);
  expect_cell(first_cell(), level8_6(116), 2, 0);
}

TEST_F(SceneKernel, knows_the_edges_that_were_there) {
  usual_[at(0, 0)] = level8_16(164);
  expect_cell(first_cell(), level8_6(100), 0, 2);
}

TEST_F(SceneKernel, finds_a_mark_at_half_the_light_and_misses_one_that_is_gone_or_runs_the_other_way) {
  // Of the windows at (0, 0) and (4, 0): the usual view is bright on the left.
  const auto left = [](auto& map, auto bright, auto dark) {
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) map[at(x, y)] = x < 4 ? bright : dark;
    }
  };
  left(usual_, level8_16(164), level8_16(100));
  const auto same = [&](int bright, int dark) {
    left(value_, static_cast<std::uint16_t>(level8_6(bright)), static_cast<std::uint16_t>(level8_6(dark)));
    const SceneCell cell = first_cell();
    EXPECT_EQ(cell.marks, 1);
    return static_cast<int>(cell.same);
  };
  EXPECT_EQ(same(164, 100), 1);
  EXPECT_EQ(same(82, 50), 1);
  EXPECT_EQ(same(100, 100), 0);
  EXPECT_EQ(same(100, 164), 0);
}

TEST_F(SceneKernel, takes_speckle_for_edges_but_not_for_marks) {
  usual_[at(0, 0)] = level8_16(164);  // a 16th of it, 4 levels, is what its window has
  EXPECT_EQ(first_cell().known, 2);
  EXPECT_EQ(first_cell().marks, 0);
}

TEST_F(SceneKernel, asks_for_more_than_a_level_and_a_half_and_a_64th_of_the_sum) {
  value_[at(0, 0)] = level8_6(100) + 300;  // 96 + (6400 + 6700) / 64
  EXPECT_EQ(first_cell().edges, 0);
  value_[at(0, 0)] = level8_6(100) + 301;
  EXPECT_EQ(first_cell().edges, 2);
}

TEST_F(SceneKernel, knows_nothing_when_it_begins) {
  usual_[at(0, 0)] = level8_16(164);
  value_[at(0, 0)] = level8_6(164);
  expect_cell(first_cell(true), level8_6(116), 2, 0);
}

TEST_F(SceneKernel, puts_what_is_in_the_last_cell_there_and_compares_nothing_beyond_the_picture) {
  value_[at(kWidth - 1, kHeight - 1)] = level8_6(164);
  expect_cell(first_cell(), level8_6(100), 0, 0);
  expect_cell(cells().back(), level8_6(116), 2, 0);
}

TEST_F(SceneKernel, follows_at_its_rate_up_and_down_and_begins_at_once) {
  value_[0] = level8_6(164);
  EXPECT_EQ(first_usual(false, 65536 / 4), level8_16(116));
  EXPECT_EQ(first_usual(false, 0), level8_16(100));
  EXPECT_EQ(first_usual(true, 0), level8_16(164));
  value_[0] = level8_6(36);
  EXPECT_EQ(first_usual(false, 65536 / 4), level8_16(84));
}

}  // namespace
}  // namespace lyn
