#include "kernels/yolox_head.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <random>
#include <vector>

#include "kernels/device_array.h"

namespace lyn {
namespace {

using test::CpuBench;
using test::DeviceArray;

constexpr int kWidth = 64;
constexpr int kHeight = 96;
constexpr int kAnchors = 8 * 12 + 4 * 6 + 2 * 3;

struct Decoded {
  std::vector<std::uint64_t> keys;
  std::vector<Box> boxes;
  std::vector<std::int32_t> classes;
};

Decoded decode(const std::vector<float>& raw, int slots, int classes, float floor = 0.1F) {
  CpuBench bench;
  const auto all = static_cast<std::size_t>(slots * kAnchors);
  const DeviceArray<float> values(bench, raw);
  const DeviceArray<std::uint64_t> keys(bench, std::vector<std::uint64_t>(all, 77));
  const DeviceArray<Box> boxes(bench, all);
  const DeviceArray<std::int32_t> class_ids(bench, all);
  const YoloxArgs args{{values.address().as<const std::uint8_t>()},
                       {keys.address(), boxes.address(), class_ids.address(), kAnchors},
                       kWidth,
                       kHeight,
                       classes,
                       floor};
  EXPECT_TRUE(bench.device->launch(*bench.stream, kYoloxHead, args, {kAnchors, static_cast<unsigned>(slots), 1}).ok());
  return {keys.values(), boxes.values(), class_ids.values()};
}

/// A silent output with one anchor that speaks.
std::vector<float> one_anchor(int anchor, const std::vector<float>& row) {
  std::vector<float> raw(static_cast<std::size_t>(kAnchors) * row.size(), 0.0F);
  std::copy(row.begin(), row.end(),
            raw.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(anchor) * row.size()));
  return raw;
}

TEST(YoloxHead, CountsTheAnchorsOfAnInput) {
  EXPECT_EQ(yolox_anchors(416, 416), 3549);
  EXPECT_EQ(yolox_anchors(640, 640), 8400);
  EXPECT_EQ(yolox_anchors(kWidth, kHeight), kAnchors);
}

TEST(YoloxHead, PlacesTheFirstCellOfEachGrid) {
  struct Case {
    int anchor;
    Box box;
  };
  // dx = dy = 0.5, log size 0: the centre is half a stride in, the side one stride.
  const Case cases[] = {{0, {0, 0, 8, 8}},
                        {9, {8, 8, 16, 16}},          // second column, second row of 8 columns
                        {96, {0, 0, 16, 16}},         // the grid of stride 16
                        {96 + 23, {48, 80, 64, 96}},  // its last cell
                        {96 + 24, {0, 0, 32, 32}},    // the grid of stride 32
                        {kAnchors - 1, {32, 64, 64, 96}}};
  for (const Case& c : cases) {
    const Decoded out = decode(one_anchor(c.anchor, {0.5F, 0.5F, 0, 0, 1.0F, 0.5F}), 1, 1);
    const auto at = static_cast<std::size_t>(c.anchor);
    EXPECT_EQ(out.boxes[at], c.box) << "anchor " << c.anchor;
    EXPECT_EQ(out.keys[at], candidate_key(0.5F, static_cast<std::uint32_t>(c.anchor)));
  }
}

TEST(YoloxHead, MultipliesObjectnessByTheBestClassAndPrefersTheFirstOfEqualOnes) {
  const Decoded out = decode(one_anchor(5, {0, 0, 0, 0, 0.5F, 0.25F, 0.75F, 0.75F}), 1, 3);
  EXPECT_EQ(score_of_key(out.keys[5]), 0.375F);
  EXPECT_EQ(anchor_of_key(out.keys[5]), 5U);
  EXPECT_EQ(out.classes[5], 1);
}

TEST(YoloxHead, TakesScoresAtTheFloorAndNoneBelow) {
  EXPECT_NE(decode(one_anchor(0, {0, 0, 0, 0, 0.5F, 0.5F}), 1, 1, 0.25F).keys[0], 0U);
  EXPECT_EQ(decode(one_anchor(0, {0, 0, 0, 0, 0.5F, 0.49F}), 1, 1, 0.25F).keys[0], 0U);
  EXPECT_EQ(decode(one_anchor(0, {0, 0, 0, 0, 0.0F, 0.0F}), 1, 1, 0.0F).keys[0], 0U);
}

TEST(YoloxHead, TakesNoBoxThatIsNotANumberOrOutOfAllBounds) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(decode(one_anchor(0, {nan, 0, 0, 0, 1, 1}), 1, 1).keys[0], 0U);
  EXPECT_EQ(decode(one_anchor(0, {0, infinity, 0, 0, 1, 1}), 1, 1).keys[0], 0U);
  EXPECT_EQ(decode(one_anchor(0, {0, 0, 80, 0, 1, 1}), 1, 1).keys[0], 0U);
  EXPECT_EQ(decode(one_anchor(0, {0, 0, 0, 0, nan, 1}), 1, 1).keys[0], 0U);
  EXPECT_EQ(decode(one_anchor(0, {0, 0, 0, 0, 1, nan}), 1, 1).keys[0], 0U);
}

struct Reference {
  double x1, y1, x2, y2, score;
  int class_id;
};

/// The decoder of the paper's code in doubles, from the grids' side: nothing shared with the kernel.
std::vector<std::optional<Reference>> reference(const std::vector<float>& raw, int classes, double floor) {
  std::vector<std::optional<Reference>> out;
  std::size_t at = 0;
  for (const int stride : {8, 16, 32}) {
    for (int row = 0; row < kHeight / stride; ++row) {
      for (int column = 0; column < kWidth / stride; ++column) {
        const double cx = (double{raw[at]} + column) * stride;
        const double cy = (double{raw[at + 1]} + row) * stride;
        const double w = std::exp(double{raw[at + 2]}) * stride;
        const double h = std::exp(double{raw[at + 3]}) * stride;
        Reference best{cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2, -1, -1};
        for (int c = 0; c < classes; ++c) {
          const double score = double{raw[at + 4]} * double{raw[at + 5 + static_cast<std::size_t>(c)]};
          if (score > best.score) best.score = score, best.class_id = c;
        }
        out.push_back(best.score >= floor ? std::optional(best) : std::nullopt);
        at += 5 + static_cast<std::size_t>(classes);
      }
    }
  }
  return out;
}

TEST(YoloxHead, AgreesWithAnIndependentDecoderOnRandomOutputs) {
  constexpr int kClasses = 7;
  constexpr int kSlots = 3;
  std::mt19937 random(11);
  std::uniform_real_distribution<float> unit(0, 1);
  std::uniform_real_distribution<float> offset(-2, 2);
  std::vector<float> raw;
  for (int i = 0; i < kSlots * kAnchors; ++i) {
    for (int k = 0; k < 4; ++k) raw.push_back(offset(random));
    for (int k = 0; k < 1 + kClasses; ++k) raw.push_back(unit(random));
  }
  const float floor = 0.3F;
  const Decoded out = decode(raw, kSlots, kClasses, floor);
  const std::size_t stride = raw.size() / kSlots;
  int candidates = 0;
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    const std::vector<float> own(raw.begin() + static_cast<std::ptrdiff_t>(slot * stride),
                                 raw.begin() + static_cast<std::ptrdiff_t>((slot + 1) * stride));
    const auto expected = reference(own, kClasses, double{floor});
    for (std::size_t anchor = 0; anchor < kAnchors; ++anchor) {
      const std::size_t at = slot * kAnchors + anchor;
      ASSERT_EQ(out.keys[at] != 0, expected[anchor].has_value()) << "slot " << slot << " anchor " << anchor;
      if (!expected[anchor]) continue;
      ++candidates;
      EXPECT_NEAR(double{score_of_key(out.keys[at])}, expected[anchor]->score, 1e-7);
      EXPECT_EQ(out.classes[at], expected[anchor]->class_id);
      EXPECT_NEAR(double{out.boxes[at].x1}, expected[anchor]->x1, 1e-4);
      EXPECT_NEAR(double{out.boxes[at].y1}, expected[anchor]->y1, 1e-4);
      EXPECT_NEAR(double{out.boxes[at].x2}, expected[anchor]->x2, 1e-4);
      EXPECT_NEAR(double{out.boxes[at].y2}, expected[anchor]->y2, 1e-4);
    }
  }
  EXPECT_GT(candidates, 100);
}

}  // namespace
}  // namespace lyn
