#include "kernels/nms.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "kernels/device_array.h"

namespace lyn {
namespace {

using test::CpuBench;
using test::DeviceArray;

/// What a head would have left: one entry an anchor; score 0 is no candidate.
struct Anchor {
  Box box;
  float score = 0;
  int class_id = 0;
};

/// What NMS left of a slot, unpacked.
struct Kept {
  int count = 0;
  int candidates = 0;
  std::vector<Detection> boxes;
};

Kept unpacked(const SlotBoxes& slot, const MoreBoxes& more) {
  Kept kept{slot.count, slot.candidates, {}};
  for (int i = 0; i < slot.count; ++i) {
    kept.boxes.push_back(unpack(i < kFirstBoxes ? slot.boxes[i] : more.boxes[i - kFirstBoxes]));
  }
  return kept;
}

/// NMS over slots of equal size.
std::vector<Kept> nms(const std::vector<std::vector<Anchor>>& slots, float threshold) {
  CpuBench bench;
  std::vector<std::uint64_t> keys;
  std::vector<Box> boxes;
  std::vector<std::int32_t> classes;
  for (const auto& slot : slots) {
    for (std::uint32_t i = 0; i < slot.size(); ++i) {
      keys.push_back(slot[i].score > 0 ? candidate_key(slot[i].score, i) : 0);
      boxes.push_back(slot[i].box);
      classes.push_back(slot[i].class_id);
    }
  }
  const DeviceArray<std::uint64_t> key_array(bench, keys);
  const DeviceArray<Box> box_array(bench, boxes);
  const DeviceArray<std::int32_t> class_array(bench, classes);
  const DeviceArray<SlotBoxes> results(bench, slots.size());
  const DeviceArray<MoreBoxes> more(bench, slots.size());
  const NmsArgs args{
      {key_array.address(), box_array.address(), class_array.address(), static_cast<std::int32_t>(slots[0].size())},
      results.address(),
      more.address(),
      threshold};
  EXPECT_TRUE(bench.device->launch(*bench.stream, kNms, args, nms_grid(static_cast<int>(slots.size()))).ok());
  std::vector<Kept> kept;
  for (std::size_t i = 0; i < slots.size(); ++i) kept.push_back(unpacked(results.values()[i], more.values()[i]));
  return kept;
}

Kept nms_of(const std::vector<Anchor>& anchors, float threshold = 0.45F) {
  return nms({anchors}, threshold)[0];
}

/// What packing may change: half a step of 2^-20 in scores, of 2^-11 in corners.
constexpr double kScoreStep = 0.5 / 1048576;

void expect_near(const Box& got, const Box& expected) {
  EXPECT_NEAR(got.x1, expected.x1, 0.5 / 2048);
  EXPECT_NEAR(got.y1, expected.y1, 0.5 / 2048);
  EXPECT_NEAR(got.x2, expected.x2, 0.5 / 2048);
  EXPECT_NEAR(got.y2, expected.y2, 0.5 / 2048);
}

Box square(float x, float y, float side = 10) {
  return {x, y, x + side, y + side};
}

TEST(Nms, KeepsTheHigherOfTwoThatOverlapMoreThanTheThreshold) {
  const Kept kept = nms_of({{square(0, 0), 0.5F}, {square(1, 0), 0.9F}});
  ASSERT_EQ(kept.count, 1);
  EXPECT_EQ(kept.candidates, 2);
  EXPECT_EQ(kept.boxes[0].box, square(1, 0));
  EXPECT_NEAR(kept.boxes[0].score, 0.9F, kScoreStep);
}

TEST(Nms, KeepsBothAtExactlyTheThreshold) {
  // 10x10 and 10x5 inside it: IoU is exactly one half.
  const std::vector<Anchor> anchors = {{{0, 0, 10, 10}, 0.9F}, {{0, 0, 10, 5}, 0.8F}};
  EXPECT_EQ(nms_of(anchors, 0.5F).count, 2);
  EXPECT_EQ(nms_of(anchors, 0.499F).count, 1);
}

TEST(Nms, NeverLetsOneClassSuppressAnother) {
  const Kept kept = nms_of({{square(0, 0), 0.9F, 3}, {square(0, 0), 0.8F, 4}, {square(0, 0), 0.7F, 3}});
  ASSERT_EQ(kept.count, 2);
  EXPECT_EQ(kept.boxes[0].class_id, 3);
  EXPECT_EQ(kept.boxes[1].class_id, 4);
}

TEST(Nms, LetsOnlyKeptBoxesSuppress) {
  // A suppresses B; B would suppress C, but is gone.
  const Kept kept = nms_of({{square(0, 0), 0.9F}, {square(3, 0), 0.8F}, {square(6, 0), 0.7F}});
  ASSERT_EQ(kept.count, 2);
  EXPECT_EQ(kept.boxes[1].box, square(6, 0));
}

TEST(Nms, OrdersByFallingScoreThenRisingAnchor) {
  const Kept kept = nms_of({{square(0, 0), 0.5F}, {square(20, 0), 0.7F}, {square(40, 0), 0.5F}, {square(60, 0), 0.7F}});
  ASSERT_EQ(kept.count, 4);
  EXPECT_EQ(kept.boxes[0].box.x1, 20);
  EXPECT_EQ(kept.boxes[1].box.x1, 60);
  EXPECT_EQ(kept.boxes[2].box.x1, 0);
  EXPECT_EQ(kept.boxes[3].box.x1, 40);
}

TEST(Nms, GivesNothingForNoCandidates) {
  const Kept kept = nms_of({{square(0, 0), 0}, {square(1, 1), 0}});
  EXPECT_EQ(kept.count, 0);
  EXPECT_EQ(kept.candidates, 0);
}

TEST(Nms, KeepsBoxesWithoutAreaAndLetsThemSuppressNothing) {
  EXPECT_EQ(nms_of({{{5, 5, 5, 5}, 0.9F}, {{5, 5, 5, 5}, 0.8F}, {{9, 9, 2, 2}, 0.7F}}).count, 3);
}

TEST(Nms, StopsAtTheMostBoxesWithTheHighestScores) {
  std::vector<Anchor> anchors;
  for (int i = 0; i < 400; ++i)
    anchors.push_back({square(static_cast<float>(20 * i), 0), 0.1F + 0.002F * static_cast<float>(i)});
  const Kept kept = nms_of(anchors);
  ASSERT_EQ(kept.count, kMaxBoxes);
  EXPECT_EQ(kept.candidates, 400);
  EXPECT_NEAR(kept.boxes[0].score, anchors[399].score, kScoreStep);
  EXPECT_NEAR(kept.boxes[kMaxBoxes - 1].score, anchors[100].score, kScoreStep);
}

TEST(Nms, LooksOnlyAtTheHighestCandidates) {
  // kMaxCandidates copies of one box hide a lone one with the lowest score of all.
  std::vector<Anchor> anchors(kMaxCandidates, {square(0, 0), 0.5F});
  anchors.insert(anchors.begin(), {square(100, 100), 0.4F});
  EXPECT_EQ(nms_of(anchors).count, 1);
  anchors[0].score = 0.5F;  // now the lowest key is the last copy
  EXPECT_EQ(nms_of(anchors).count, 2);
  EXPECT_EQ(nms_of(anchors).candidates, kMaxCandidates + 1);
}

TEST(Nms, WorksOnEverySlotAlone) {
  const auto kept =
      nms({{{square(0, 0), 0.9F}, {square(50, 0), 0.8F}}, {{square(0, 0), 0.7F}, {square(1, 0), 0.6F}}}, 0.45F);
  EXPECT_EQ(kept[0].count, 2);
  EXPECT_EQ(kept[1].count, 1);
  EXPECT_NEAR(kept[1].boxes[0].score, 0.7F, kScoreStep);
}

/// Greedy NMS in doubles, written the other way round: each kept box strikes out what it covers.
std::vector<std::size_t> reference(const std::vector<Anchor>& anchors, double threshold) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < anchors.size(); ++i) {
    if (anchors[i].score > 0) order.push_back(i);
  }
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return anchors[a].score > anchors[b].score; });
  std::vector<std::size_t> kept;
  while (!order.empty()) {
    const Anchor& best = anchors[order.front()];
    kept.push_back(order.front());
    std::erase_if(order, [&](std::size_t i) {
      const Anchor& other = anchors[i];
      if (&other == &best) return true;
      if (other.class_id != best.class_id) return false;
      const double w =
          std::min(double{best.box.x2}, double{other.box.x2}) - std::max(double{best.box.x1}, double{other.box.x1});
      const double h =
          std::min(double{best.box.y2}, double{other.box.y2}) - std::max(double{best.box.y1}, double{other.box.y1});
      if (w <= 0 || h <= 0) return false;
      const double both = double{best.box.width()} * double{best.box.height()} +
                          double{other.box.width()} * double{other.box.height()} - w * h;
      return w * h / both > threshold;
    });
  }
  return kept;
}

TEST(Nms, AgreesWithAnIndependentImplementationOnRandomBoxes) {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> place(0, 400);
  std::uniform_real_distribution<float> side(5, 80);
  std::uniform_int_distribution<int> level(-30, 100);
  for (int round = 0; round < 30; ++round) {
    std::vector<Anchor> anchors(500);
    for (Anchor& anchor : anchors) {
      const float x = place(random);
      const float y = place(random);
      const int score = level(random);
      anchor = {{x, y, x + side(random), y + side(random)}, score > 0 ? static_cast<float>(score) / 101 : 0, score % 3};
    }
    auto expected = reference(anchors, 0.45);
    expected.resize(std::min<std::size_t>(expected.size(), kMaxBoxes));
    const Kept kept = nms_of(anchors);
    ASSERT_EQ(static_cast<std::size_t>(kept.count), expected.size()) << "round " << round;
    for (std::size_t i = 0; i < expected.size(); ++i) expect_near(kept.boxes[i].box, anchors[expected[i]].box);
  }
}

}  // namespace
}  // namespace lyn
