// The heads of the YOLO family and of DETRs against decoders in doubles that share nothing with them.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <random>
#include <vector>

#include "kernels/detr_head.h"
#include "kernels/device_array.h"
#include "kernels/yolo_heads.h"

namespace lyn {
namespace {

using test::CpuBench;
using test::DeviceArray;

constexpr std::size_t kSlots = 2;
constexpr std::size_t kAnchors = 500;
constexpr std::size_t kClasses = 5;
constexpr double kFloor = 0.3;

struct Reference {
  double x1, y1, x2, y2, score;
  int class_id;
};
/// What an anchor of a slot holds, if anything.
using Oracle = std::function<std::optional<Reference>(std::size_t slot, std::size_t anchor)>;

Reference around(double cx, double cy, double w, double h, double score, int class_id) {
  return {cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2, score, class_id};
}

std::vector<float> numbers(std::size_t count, float least, float most, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> within(least, most);
  std::vector<float> values(count);
  for (float& value : values) value = within(random);
  return values;
}

class BoxHeads : public testing::Test {
 protected:
  /// Runs the kernel over all anchors and holds each against the oracle; some must be candidates and some not.
  template <class Args>
  void expect_as(const Kernel& kernel, Args args, std::size_t anchors, const Oracle& oracle) {
    const std::size_t all = kSlots * anchors;
    const DeviceArray<std::uint64_t> keys(bench, std::vector<std::uint64_t>(all, 77));
    const DeviceArray<Box> boxes(bench, all);
    const DeviceArray<std::int32_t> classes(bench, all);
    args.candidates = {keys.address(), boxes.address(), classes.address(), static_cast<std::int32_t>(anchors)};
    const Grid grid{static_cast<unsigned>(anchors), kSlots, 1};
    ASSERT_TRUE(bench.device->launch(*bench.stream, kernel, args, grid).ok());
    const auto got_keys = keys.values();
    const auto got_boxes = boxes.values();
    const auto got_classes = classes.values();
    std::size_t candidates = 0;
    for (std::size_t i = 0; i < all; ++i) {
      const auto expected = oracle(i / anchors, i % anchors);
      ASSERT_EQ(got_keys[i] != 0, expected.has_value()) << "slot " << i / anchors << " anchor " << i % anchors;
      if (!expected) continue;
      ++candidates;
      ASSERT_EQ(anchor_of_key(got_keys[i]), i % anchors);
      ASSERT_NEAR(score_of_key(got_keys[i]), expected->score, 1e-6);
      ASSERT_EQ(got_classes[i], expected->class_id);
      ASSERT_NEAR(got_boxes[i].x1, expected->x1, 1e-3);
      ASSERT_NEAR(got_boxes[i].y1, expected->y1, 1e-3);
      ASSERT_NEAR(got_boxes[i].x2, expected->x2, 1e-3);
      ASSERT_NEAR(got_boxes[i].y2, expected->y2, 1e-3);
    }
    EXPECT_GT(candidates, all / 20);
    EXPECT_LT(candidates, all - all / 20);
  }
  RawOutput upload(const std::vector<float>& values) {
    kept.emplace_back(std::make_unique<DeviceArray<float>>(bench, values));
    return {kept.back()->address().as<const std::uint8_t>()};
  }

  CpuBench bench;
  std::vector<std::unique_ptr<DeviceArray<float>>> kept;
};

TEST_F(BoxHeads, Yolov5MultipliesObjectnessByTheBestClass) {
  const auto raw = numbers(kSlots * kAnchors * (5 + kClasses), 0, 1, 1);
  const Yolov5Args args{upload(raw), {}, kClasses, static_cast<float>(kFloor)};
  expect_as(kYolov5Head, args, kAnchors, [&](std::size_t slot, std::size_t anchor) -> std::optional<Reference> {
    const float* row = &raw[(slot * kAnchors + anchor) * (5 + kClasses)];
    const float* best = std::max_element(row + 5, row + 5 + kClasses);
    const double score = double{row[4]} * double{*best};
    if (score < kFloor) return std::nullopt;
    return around(row[0], row[1], row[2], row[3], score, static_cast<int>(best - row - 5));
  });
}

TEST_F(BoxHeads, Yolov8ReadsChannelByChannel) {
  constexpr std::size_t kChannels = 4 + kClasses + 3;  // three more, which belong to another head
  const auto raw = numbers(kSlots * kAnchors * kChannels, 0, 0.5F, 2);
  const Yolov8Args args{upload(raw), {}, kChannels, kClasses, 0.45F};
  expect_as(kYolov8Head, args, kAnchors, [&](std::size_t slot, std::size_t anchor) -> std::optional<Reference> {
    const auto at = [&](std::size_t channel) { return double{raw[(slot * kChannels + channel) * kAnchors + anchor]}; };
    std::size_t best = 4;
    for (std::size_t c = 5; c < 4 + kClasses; ++c) best = at(c) > at(best) ? c : best;
    if (at(best) < double{0.45F}) return std::nullopt;
    return around(at(0), at(1), at(2), at(3), at(best), static_cast<int>(best) - 4);
  });
}

TEST_F(BoxHeads, EndToEndTakesRowsAsTheyAreAndNoUnknownClass) {
  auto raw = numbers(kSlots * kAnchors * 6, 0, 1, 3);
  for (std::size_t i = 5; i < raw.size(); i += 6) raw[i] = static_cast<float>(i / 6 % (kClasses + 2)) - 1;
  const EndToEndArgs args{upload(raw), {}, 6, kClasses, static_cast<float>(kFloor)};
  expect_as(kEndToEndHead, args, kAnchors, [&](std::size_t slot, std::size_t anchor) -> std::optional<Reference> {
    const float* row = &raw[(slot * kAnchors + anchor) * 6];
    const int class_id = static_cast<int>(row[5]);
    if (double{row[4]} < double{static_cast<float>(kFloor)} || class_id < 0 || class_id >= int{kClasses})
      return std::nullopt;
    return Reference{row[0], row[1], row[2], row[3], row[4], class_id};
  });
}

TEST_F(BoxHeads, EndToEndTakesRowsOfCentres) {
  auto raw = numbers(kSlots * kAnchors * 6, 0, 1, 3);
  for (std::size_t i = 5; i < raw.size(); i += 6) raw[i] = static_cast<float>(i / 6 % kClasses);
  const EndToEndArgs args{upload(raw), {}, 6, kClasses, static_cast<float>(kFloor), true, 640, 480};
  expect_as(kEndToEndHead, args, kAnchors, [&](std::size_t slot, std::size_t anchor) -> std::optional<Reference> {
    const float* row = &raw[(slot * kAnchors + anchor) * 6];
    if (double{row[4]} < double{static_cast<float>(kFloor)}) return std::nullopt;
    return around(row[0] * 640.0, row[1] * 480.0, row[2] * 640.0, row[3] * 480.0, row[4], static_cast<int>(row[5]));
  });
}

TEST_F(BoxHeads, DetrRanksPairsOfQueryAndClass) {
  constexpr std::size_t kQueries = 100;
  const auto logits = numbers(kSlots * kQueries * kClasses, -4, 2, 4);
  const auto boxes = numbers(kSlots * kQueries * 4, 0, 1, 5);
  DetrArgs args;
  args.scores = upload(logits);
  args.boxes = upload(boxes);
  args.classes = args.score_stride = kClasses;
  args.width = 640;
  args.height = 480;
  args.floor = static_cast<float>(kFloor);
  expect_as(kDetrHead, args, kQueries * kClasses,
            [&](std::size_t slot, std::size_t anchor) -> std::optional<Reference> {
              const std::size_t query = slot * kQueries + anchor / kClasses;
              const double score = 1 / (1 + std::exp(-double{logits[query * kClasses + anchor % kClasses]}));
              if (score < kFloor) return std::nullopt;
              const float* box = &boxes[query * 4];
              return around(double{box[0]} * 640, double{box[1]} * 480, double{box[2]} * 640, double{box[3]} * 480,
                            score, static_cast<int>(anchor % kClasses));
            });
}

TEST_F(BoxHeads, DetrReadsScoresBesideBoxes) {
  constexpr std::size_t kQueries = 100;
  constexpr std::size_t kRow = 4 + kClasses;
  const auto raw = numbers(kSlots * kQueries * kRow, 0, 1, 6);
  DetrArgs args;
  args.scores = args.boxes = upload(raw);
  args.classes = kClasses;
  args.score_stride = args.box_stride = kRow;
  args.score_offset = 4;
  args.logits = false;
  args.width = args.height = 320;
  args.floor = static_cast<float>(kFloor);
  expect_as(kDetrHead, args, kQueries * kClasses,
            [&](std::size_t slot, std::size_t anchor) -> std::optional<Reference> {
              const float* row = &raw[(slot * kQueries + anchor / kClasses) * kRow];
              const double score = row[4 + anchor % kClasses];
              if (score < double{static_cast<float>(kFloor)}) return std::nullopt;
              return around(double{row[0]} * 320, double{row[1]} * 320, double{row[2]} * 320, double{row[3]} * 320,
                            score, static_cast<int>(anchor % kClasses));
            });
}

TEST_F(BoxHeads, DeployedDetrGivesCornersAndLabels) {
  const auto boxes = numbers(kSlots * kAnchors * 4, 0, 1, 7);
  const auto scores = numbers(kSlots * kAnchors, 0, 1, 8);
  std::vector<float> labels;
  for (std::size_t i = 0; i < kSlots * kAnchors; ++i) labels.push_back(static_cast<float>(i % (kClasses + 1)));
  DetrDeployArgs args;
  args.labels = upload(labels);
  args.boxes = upload(boxes);
  args.scores = upload(scores);
  args.classes = kClasses;
  args.width = 640;
  args.height = 480;
  args.floor = static_cast<float>(kFloor);
  expect_as(kDetrDeployHead, args, kAnchors, [&](std::size_t slot, std::size_t anchor) -> std::optional<Reference> {
    const std::size_t i = slot * kAnchors + anchor;
    if (double{scores[i]} < double{static_cast<float>(kFloor)} || labels[i] >= float{kClasses}) return std::nullopt;
    return Reference{double{boxes[4 * i]} * 640,
                     double{boxes[4 * i + 1]} * 480,
                     double{boxes[4 * i + 2]} * 640,
                     double{boxes[4 * i + 3]} * 480,
                     scores[i],
                     static_cast<int>(labels[i])};
  });
}

}  // namespace
}  // namespace lyn
