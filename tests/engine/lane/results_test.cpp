#include "engine/lane/results.h"

#include <gtest/gtest.h>

namespace lyn {
namespace {

const std::vector<std::string> kLabels{"person", "bicycle", "car"};

LetterboxGeometry half_size() {
  InputSpec spec;
  spec.width = spec.height = 320;
  return letterbox_geometry(640, 480, spec);
}

Detection seen(float x, int class_id, float score) {
  return {{x, 10, x + 40, 60}, class_id, score};
}

Results make(DetectorConfig detector = {}, TrackerConfig tracker = {}) {
  auto results = Results::create(detector, tracker, kLabels);
  EXPECT_TRUE(results) << results.error().text();
  return std::move(*results);
}

TEST(Results, PutsBoxesOntoThePicture) {
  Results results = make();
  const std::vector<Detection> boxes{seen(100, 0, 0.9F)};
  results.update({.boxes = boxes}, half_size(), 0);
  ASSERT_EQ(results.detections().size(), 1U);
  EXPECT_EQ(results.detections()[0].box, (Box{200, 20, 280, 120}));
}

TEST(Results, ListsOnlyWhatReachesTheScore) {
  Results results = make();
  const std::vector<Detection> boxes{seen(100, 0, 0.31F), seen(200, 0, 0.29F)};
  results.update({.boxes = boxes}, half_size(), 0);
  EXPECT_EQ(results.detections().size(), 1U);
}

TEST(Results, ListsOnlyTheWantedClasses) {
  DetectorConfig detector;
  detector.classes = {"car"};
  Results results = make(detector);
  const std::vector<Detection> boxes{seen(100, 0, 0.9F), seen(200, 2, 0.8F)};
  results.update({.boxes = boxes}, half_size(), 0);
  ASSERT_EQ(results.detections().size(), 1U);
  EXPECT_EQ(results.detections()[0].class_id, 2);
}

TEST(Results, KeepsKeypointsWithTheirBoxesAndPutsThemOntoThePicture) {
  DetectorConfig detector;
  detector.classes = {"person"};
  Results results = make(detector);
  const std::vector<Detection> boxes{seen(100, 0, 0.9F), seen(200, 2, 0.8F), seen(20, 0, 0.7F), seen(30, 0, 0.6F)};
  // Two a box; the last box has none.
  const std::vector<Keypoint> points{{110, 30, 0.5F}, {-4, 20, 0.25F}, {1, 1, 1},
                                     {2, 2, 1},       {30, 40, 0.75F}, {40, 300, 0}};
  results.update({.boxes = boxes, .keypoints_each = 2, .keypoints = points}, half_size(), 0);
  EXPECT_EQ(results.found().boxes.size(), 3U);
  EXPECT_EQ(results.found().keypoints_each, 2);
  const auto mapped = results.found().keypoints;
  ASSERT_EQ(mapped.size(), 4U);
  EXPECT_EQ(mapped[0].x, 220);
  EXPECT_EQ(mapped[0].y, 60);
  EXPECT_EQ(mapped[0].score, 0.5F);
  EXPECT_EQ(mapped[1].x, 0) << "held within the picture";
  EXPECT_EQ(mapped[2].x, 60);
  EXPECT_EQ(mapped[3].y, 480);
}

TEST(Results, KeepsMasksWithTheirBoxesInMemoryOfTheirOwn) {
  DetectorConfig detector;
  detector.classes = {"person"};
  Results results = make(detector);
  const std::vector<Detection> boxes{seen(100, 2, 0.9F), seen(200, 0, 0.8F), seen(20, 0, 0.7F)};
  std::vector<std::uint32_t> bits{0x3, 0x5, 0x7};
  const std::vector<Mask> masks{{{100, 8, 140, 60}, 2, 1, {bits.data(), 1}}, {{200, 8, 328, 60}, 33, 1, {&bits[1], 2}}};
  results.update({.boxes = boxes, .masks = masks}, half_size(), 0);
  bits.assign(3, 0);
  EXPECT_EQ(results.found().boxes.size(), 2U);
  ASSERT_EQ(results.found().masks.size(), 1U);
  const Mask& mask = results.found().masks[0];
  EXPECT_EQ(mask.area, (Box{400, 16, 656, 120})) << "a grid is not cut at the picture's edge";
  EXPECT_EQ(mask.columns, 33);
  ASSERT_EQ(mask.bits.size(), 2U);
  EXPECT_EQ(mask.bits[0], 0x5U);
  EXPECT_EQ(mask.bits[1], 0x7U);
  EXPECT_EQ(results.found().mask_of(1), nullptr);
}

TEST(Results, ListsTheClassesOfAPictureAsItListsDetections) {
  DetectorConfig detector;
  detector.classes = {"person", "car"};
  Results results = make(detector);
  const std::vector<ClassScore> classes{{1, 0.5F}, {2, 0.375F}, {0, 0.125F}};
  results.update({.classified = true, .classes = classes}, half_size(), 0);
  EXPECT_TRUE(results.found().classified);
  ASSERT_EQ(results.found().classes.size(), 1U);
  EXPECT_EQ(results.found().classes[0].class_id, 2);
}

TEST(Results, HoldsLabelsToScoresOfTheirOwn) {
  DetectorConfig detector;
  detector.scores = {{"car", 0.6}, {"person", 0.2}};
  Results results = make(detector);
  const std::vector<Detection> boxes{seen(10, 2, 0.59F), seen(60, 2, 0.61F), seen(110, 1, 0.29F), seen(160, 0, 0.21F)};
  results.update({.boxes = boxes}, half_size(), 0);
  ASSERT_EQ(results.detections().size(), 2U);
  EXPECT_EQ(results.detections()[0].box.x1, 120);
  EXPECT_EQ(results.detections()[1].class_id, 0);
  detector.scores = {{"unicorn", 0.5}};
  const auto refused = Results::create(detector, {}, kLabels);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text().find("detector.scores: the model has no class \"unicorn\""), std::string::npos);
}

TEST(Results, ListsWhatStandsInARegionAndTracksTheRest) {
  DetectorConfig detector;
  detector.regions = {{{0, 0}, {0.5, 0}, {0.5, 1}, {0, 1}}};
  Results results = make(detector);
  const std::vector<Detection> boxes{seen(20, 0, 0.9F), seen(150, 0, 0.8F)};  // feet at 80 and 340 of 640
  results.update({.boxes = boxes}, half_size(), 0);
  ASSERT_EQ(results.detections().size(), 1U);
  EXPECT_EQ(results.detections()[0].box.x1, 40);
  EXPECT_EQ(results.tracks().size(), 2U);
}

TEST(Results, RefusesAClassThatTheModelDoesNotKnow) {
  DetectorConfig detector;
  detector.classes = {"unicorn"};
  const auto refused = Results::create(detector, {}, kLabels);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
  EXPECT_NE(refused.error().text().find("unicorn"), std::string::npos);
}

TEST(Results, NamesTheTrackOfEachListedDetection) {
  Results results = make();
  const std::vector<Detection> boxes{seen(100, 0, 0.9F), seen(200, 0, 0.2F), seen(250, 2, 0.8F)};
  for (int frame = 0; frame < 3; ++frame) results.update({.boxes = boxes}, half_size(), frame * 0.1);
  ASSERT_EQ(results.detections().size(), 2U);
  ASSERT_EQ(results.track_ids().size(), 2U);
  EXPECT_GT(results.track_ids()[0], 0);
  EXPECT_GT(results.track_ids()[1], 0);
  EXPECT_NE(results.track_ids()[0], results.track_ids()[1]);
}

TEST(Results, NamesNoTracksWhereTrackingIsOff) {
  TrackerConfig off;
  off.kind = "none";
  Results results = make({}, off);
  const std::vector<Detection> boxes{seen(100, 0, 0.9F)};
  for (int frame = 0; frame < 3; ++frame) results.update({.boxes = boxes}, half_size(), frame * 0.1);
  EXPECT_EQ(results.track_ids()[0], 0);
  EXPECT_TRUE(results.tracks().empty());
}

}  // namespace
}  // namespace lyn
