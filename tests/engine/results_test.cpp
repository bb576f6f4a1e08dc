#include "engine/results.h"

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
  results.update(boxes, half_size(), 0);
  ASSERT_EQ(results.detections().size(), 1U);
  EXPECT_EQ(results.detections()[0].box, (Box{200, 20, 280, 120}));
}

TEST(Results, ListsOnlyWhatReachesTheScore) {
  Results results = make();
  const std::vector<Detection> boxes{seen(100, 0, 0.31F), seen(200, 0, 0.29F)};
  results.update(boxes, half_size(), 0);
  EXPECT_EQ(results.detections().size(), 1U);
}

TEST(Results, ListsOnlyTheWantedClasses) {
  DetectorConfig detector;
  detector.classes = {"car"};
  Results results = make(detector);
  const std::vector<Detection> boxes{seen(100, 0, 0.9F), seen(200, 2, 0.8F)};
  results.update(boxes, half_size(), 0);
  ASSERT_EQ(results.detections().size(), 1U);
  EXPECT_EQ(results.detections()[0].class_id, 2);
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
  for (int frame = 0; frame < 3; ++frame) results.update(boxes, half_size(), frame * 0.1);
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
  for (int frame = 0; frame < 3; ++frame) results.update(boxes, half_size(), frame * 0.1);
  EXPECT_EQ(results.track_ids()[0], 0);
  EXPECT_TRUE(results.tracks().empty());
}

}  // namespace
}  // namespace lyn
