#include "kernels/masks.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "kernels/device_array.h"

namespace lyn {
namespace {

using test::CpuBench;
using test::DeviceArray;

constexpr MaskGrid kQuarter{16, 12, 0.25F, 0.25F};  // a slot of 64x48

TEST(CellsOf, AreThoseWhoseNumberLiesInTheBox) {
  // 9 / 4 = 2.25: from cell 3; 21 / 4 = 5.25: up to cell 5. 8 / 4 and 20 / 4 are whole: from cell 2, up to cell 4.
  const MaskCells cells = cells_of({9, 8, 21, 20}, kQuarter);
  EXPECT_EQ(cells.x0, 3);
  EXPECT_EQ(cells.y0, 2);
  EXPECT_EQ(cells.x1, 6);
  EXPECT_EQ(cells.y1, 5);
  EXPECT_EQ(cells.words(), 1);
}

TEST(CellsOf, EndWithTheGridAndAreNoneWhereABoxLiesBetweenTwo) {
  const MaskCells wide = cells_of({50, 40, 8000, 8000}, kQuarter);
  EXPECT_EQ(wide.x1, 16);
  EXPECT_EQ(wide.y1, 12);
  EXPECT_EQ(cells_of({9, 8, 11, 20}, kQuarter).words(), 0);
  EXPECT_EQ(cells_of({21, 20, 9, 8}, kQuarter).words(), 0) << "turned inside out";
  EXPECT_EQ(cells_of({900, 900, 990, 990}, kQuarter).words(), 0);
  EXPECT_EQ(cells_of({0, 0, 64, 48}, kQuarter).words(), 6);
}

/// Masks of one slot.
class MaskKernels : public testing::Test {
 protected:
  struct Outcome {
    std::vector<std::int32_t> offsets;
    std::vector<std::uint32_t> bits;
  };
  Outcome run(const std::vector<Box>& boxes, const MaskGrid& grid, const std::vector<float>& coefficients,
              const std::vector<float>& prototypes) {
    SlotBoxes first;
    MoreBoxes more;
    std::vector<std::int32_t> anchors(kMaxBoxes, -1);
    first.count = static_cast<std::int32_t>(boxes.size());
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      store_box(first, more, static_cast<int>(i), {boxes[i], 0, 0.5F});
      anchors[i] = static_cast<std::int32_t>(boxes.size() - 1 - i);  // the other way round
    }
    const DeviceArray<float> coefficient_array(bench, coefficients);
    const DeviceArray<float> prototype_array(bench, prototypes);
    const DeviceArray<SlotBoxes> first_array(bench, std::vector{first});
    const DeviceArray<MoreBoxes> more_array(bench, std::vector{more});
    const DeviceArray<std::int32_t> anchor_array(bench, anchors);
    const DeviceArray<std::int32_t> offsets(bench, std::size_t{kMaxBoxes + 1});
    const DeviceArray<std::uint32_t> bits(bench, std::vector<std::uint32_t>(kMaskWords, 0xabcdef01U));
    MaskArgs args;
    args.coefficients = {coefficient_array.address().as<const std::uint8_t>(), ElementType::float32};
    args.prototypes = {prototype_array.address().as<const std::uint8_t>(), ElementType::float32};
    args.first = first_array.address().as<const SlotBoxes>();
    args.more = more_array.address().as<const MoreBoxes>();
    args.anchors = anchor_array.address().as<const std::int32_t>();
    args.offsets = offsets.address();
    args.bits = bits.address();
    args.grid = grid;
    args.prototype_count = static_cast<std::int32_t>(prototypes.size()) / (grid.columns * grid.rows);
    args.anchor_step = args.prototype_count;
    args.value_step = 1;
    EXPECT_TRUE(bench.device->launch(*bench.stream, kPlaceMasks, args, {1, 1, 1}).ok());
    EXPECT_TRUE(bench.device->launch(*bench.stream, kFillMasks, args, {unsigned{kMaskWords}, 1, 1}).ok());
    expect_words(args);
    return {offsets.values(), bits.values()};
  }
  /// That each word is the one that a thread of a GPU makes.
  static void expect_words(const MaskArgs& args) {
    const std::int32_t* offsets = args.offsets.host_view();
    for (std::int32_t word = 0; word < offsets[kMaxBoxes]; ++word) {
      const int box = box_of_word(offsets, word);
      float coefficients[kMostPrototypes];
      read_coefficients(args, 0, box, coefficients);
      const MaskCells cells = cells_of(kept_box(args, 0, box), args.grid);
      ASSERT_EQ(args.bits.host_view()[word], mask_word(args, 0, cells, coefficients, word - offsets[box])) << word;
    }
  }
  CpuBench bench;
};

TEST_F(MaskKernels, SumRowsToTheBitsOfSingleWords) {
  std::mt19937 random(11);
  std::uniform_real_distribution<float> any(-1, 1);
  const MaskGrid grid{300, 40, 0.5F, 0.5F};
  std::vector<float> prototypes(std::size_t{300} * 40 * 8), coefficients(std::size_t{20} * 8);
  for (float& value : prototypes) value = any(random);
  for (float& value : coefficients) value = any(random);
  std::vector<Box> boxes{{0, 0, 600, 80}};
  for (int i = 1; i < 20; ++i) {
    const float x = 300 * (1 + any(random)), y = 40 * (1 + any(random));
    boxes.push_back({x, y, x + 100 * (1 + any(random)), y + 20 * (1 + any(random))});
  }
  const auto [offsets, bits] = run(boxes, grid, coefficients, prototypes);
  EXPECT_GT(offsets[kMaxBoxes], 400);
}

TEST_F(MaskKernels, SetTheCellsWhoseSumIsAboveZero) {
  // Two prototypes on a grid of 4x2: columns count up from -1; all one.
  const MaskGrid grid{4, 2, 1, 1};
  const std::vector<float> prototypes{-1, 0, 1, 2, -1, 0, 1, 2,  //
                                      1,  1, 1, 1, 1,  1, 1, 1};
  // The last box reads the first coefficients.
  const auto [offsets, bits] =
      run({{0, 0, 4, 2}, {0, 0, 4, 1}, {1, 0, 3, 2}}, grid, {-1, 0.5F, 1, -1, 1, 0}, prototypes);
  EXPECT_EQ(offsets[0], 0);
  EXPECT_EQ(offsets[1], 1);
  EXPECT_EQ(offsets[2], 2);
  EXPECT_EQ(offsets[3], 3);
  EXPECT_EQ(offsets[kMaxBoxes], 3);
  EXPECT_EQ(bits[0], 0b11001100U) << "1 * column: above 0 from the third on";
  EXPECT_EQ(bits[1], 0b1000U) << "column - 1";
  EXPECT_EQ(bits[2], 0b0101U) << "0.5 - column, over the two columns in the middle";
  EXPECT_EQ(bits[3], 0xabcdef01U) << "nothing is written behind the last mask";
}

TEST_F(MaskKernels, GiveNoWordsFromTheFirstMaskOnThatDoesNotFit) {
  // 512 words a whole grid: 32 of them fit. The 33rd does not, and the small one behind it has none either.
  const MaskGrid grid{128, 128, 1, 1};
  std::vector<Box> boxes(33, Box{0, 0, 128, 128});
  boxes.push_back({0, 0, 4, 4});
  const auto [offsets, bits] = run(boxes, grid, std::vector<float>(34, 1.0F), std::vector<float>(128 * 128, 1.0F));
  EXPECT_EQ(offsets[32], kMaskWords);
  EXPECT_EQ(offsets[33], kMaskWords);
  EXPECT_EQ(offsets[34], kMaskWords);
  EXPECT_EQ(offsets[kMaxBoxes], kMaskWords);
  EXPECT_EQ(bits.back(), ~0U);
}

TEST(BoxOfWord, IsTheLastMaskThatBeginsThere) {
  std::vector<std::int32_t> offsets(kMaxBoxes + 1, 7);
  offsets[0] = 0;
  offsets[1] = 3;  // box 1 has no words
  offsets[2] = 3;
  offsets[3] = 7;
  EXPECT_EQ(box_of_word(offsets.data(), 0), 0);
  EXPECT_EQ(box_of_word(offsets.data(), 2), 0);
  EXPECT_EQ(box_of_word(offsets.data(), 3), 2);
  EXPECT_EQ(box_of_word(offsets.data(), 6), 2);
}

}  // namespace
}  // namespace lyn
