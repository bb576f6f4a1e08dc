#include "stages/track/byte_tracker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace lyn {
namespace {

constexpr double kFrame = 0.04;  // 25 frames/s

Detection person(float cx, float cy, float score = 0.9F, int class_id = 0) {
  return {{cx - 20, cy - 50, cx + 20, cy + 50}, class_id, score};
}

/// A scene, frame by frame, at 25 frames/s.
class Scene {
 public:
  explicit Scene(ByteTrackOptions options = {}) : tracker(options) {}

  std::vector<Track> frame(const std::vector<Detection>& detections) { return at(seconds_ + kFrame, detections); }
  std::vector<Track> at(double seconds, const std::vector<Detection>& detections) {
    seconds_ = seconds;
    const auto tracks = tracker.update(detections, seconds);
    return {tracks.begin(), tracks.end()};
  }

  ByteTracker tracker;

 private:
  double seconds_ = 0;
};

/// The id of the track that matched detection `index`, once confirmed.
std::optional<std::int64_t> id_of(const std::vector<Track>& tracks, int index) {
  for (const Track& track : tracks) {
    if (track.detection == index && track.state == TrackState::tracked) return track.id;
  }
  return std::nullopt;
}

TEST(ByteTracker, ConfirmsWhatIsThereOnTheFirstFrameAtOnce) {
  Scene scene;
  const auto tracks = scene.frame({person(100, 100), person(300, 100)});
  ASSERT_EQ(tracks.size(), 2U);
  EXPECT_EQ(id_of(tracks, 0), 1);
  EXPECT_EQ(id_of(tracks, 1), 2);
  EXPECT_EQ(tracks[0].age, 0);
}

TEST(ByteTracker, ConfirmsALaterComerOnItsSecondFrame) {
  Scene scene;
  scene.frame({person(100, 100)});
  const auto first = scene.frame({person(100, 100), person(300, 100)});
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[1].state, TrackState::tentative);
  EXPECT_EQ(first[1].id, 0);
  const auto second = scene.frame({person(100, 100), person(301, 100)});
  EXPECT_EQ(id_of(second, 1), 2);
}

TEST(ByteTracker, ForgetsWhatFlashedForOneFrameAndGivesItNoId) {
  Scene scene;
  scene.frame({person(100, 100)});
  scene.frame({person(100, 100), person(300, 100)});
  EXPECT_EQ(scene.frame({person(100, 100)}).size(), 1U);
  scene.frame({person(100, 100), person(500, 100)});
  EXPECT_EQ(id_of(scene.frame({person(100, 100), person(500, 100)}), 1), 2);
}

TEST(ByteTracker, BeginsNoTrackBelowTheNewTrackScore) {
  Scene scene;
  EXPECT_TRUE(scene.frame({person(100, 100, 0.59F)}).empty());
  EXPECT_TRUE(scene.frame({person(100, 100, 0.59F)}).empty());
}

TEST(ByteTracker, KeepsIdsApartWhenTwoPeopleCross) {
  Scene scene;
  std::vector<Track> tracks;
  for (int i = 0; i <= 100; ++i) {
    const float x = static_cast<float>(4 * i);
    tracks = scene.frame({person(100 + x, 200), person(500 - x, 230)});
  }
  EXPECT_EQ(id_of(tracks, 0), 1);
  EXPECT_EQ(id_of(tracks, 1), 2);
  EXPECT_EQ(tracks.size(), 2U);
}

TEST(ByteTracker, FindsTheSameIdAgainAfterAnOcclusion) {
  Scene scene;
  for (int i = 0; i < 20; ++i) scene.frame({person(100 + static_cast<float>(3 * i), 200)});
  std::vector<Track> tracks;
  for (int i = 20; i < 35; ++i) tracks = scene.frame({});
  ASSERT_EQ(tracks.size(), 1U);
  EXPECT_EQ(tracks[0].state, TrackState::lost);
  EXPECT_EQ(tracks[0].detection, -1);
  tracks = scene.frame({person(100 + 3 * 35, 200)});
  EXPECT_EQ(id_of(tracks, 0), 1);
  EXPECT_EQ(tracks.size(), 1U);
}

TEST(ByteTracker, MovesALostTrackOnByItsVelocity) {
  Scene scene;
  for (int i = 0; i < 30; ++i) scene.frame({person(100 + static_cast<float>(5 * i), 200)});
  std::vector<Track> tracks;
  for (int i = 0; i < 10; ++i) tracks = scene.frame({});
  const float cx = (tracks.at(0).box.x1 + tracks.at(0).box.x2) / 2;
  EXPECT_NEAR(cx, 100 + 5 * 39, 4);
}

TEST(ByteTracker, HoldsATrackThroughLowScores) {
  Scene scene;
  for (int i = 0; i < 5; ++i) scene.frame({person(100, 200)});
  for (int i = 0; i < 60; ++i) {
    const auto tracks = scene.frame({person(100 + static_cast<float>(i), 200, 0.2F)});
    ASSERT_EQ(id_of(tracks, 0), 1) << "frame " << i;
    EXPECT_FLOAT_EQ(tracks[0].score, 0.2F);
  }
}

TEST(ByteTracker, IgnoresScoresBelowTheLowThreshold) {
  Scene scene;
  scene.frame({person(100, 200)});
  const auto tracks = scene.frame({person(100, 200, 0.09F)});
  ASSERT_EQ(tracks.size(), 1U);
  EXPECT_EQ(tracks[0].state, TrackState::lost);
}

TEST(ByteTracker, DoesNotFindALostTrackByALowScore) {
  Scene scene;
  scene.frame({person(100, 200)});
  scene.frame({});
  const auto tracks = scene.frame({person(100, 200, 0.3F)});
  ASSERT_EQ(tracks.size(), 1U);
  EXPECT_EQ(tracks[0].state, TrackState::lost);
}

TEST(ByteTracker, GivesANewIdToWhoReturnsTooLate) {
  Scene scene;
  scene.frame({person(100, 200)});
  for (int i = 0; i < 30; ++i) scene.frame({});
  EXPECT_TRUE(scene.frame({}).empty());
  scene.frame({person(100, 200)});
  EXPECT_EQ(id_of(scene.frame({person(100, 200)}), 0), 2);
}

TEST(ByteTracker, CountsAGapWithoutFramesAsTimeLost) {
  Scene scene;
  for (int i = 1; i <= 5; ++i) scene.at(i * kFrame, {person(100, 200)});
  const auto tracks = scene.at(5 * kFrame + 3.0, {person(100, 200)});
  EXPECT_EQ(id_of(tracks, 0), std::nullopt);
}

TEST(ByteTracker, KeepsTracksOnAStreamOfOneFrameASecond) {
  Scene scene;
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(id_of(scene.at(i * 1.001, {person(100, 200)}), 0), 1) << "second " << i;
  }
}

TEST(ByteTracker, StepsTheFilterByTheFramesThatWereSkipped) {
  Scene scene;
  for (int i = 0; i < 30; ++i) scene.at(i * kFrame, {person(100 + static_cast<float>(6 * i), 200)});
  const auto tracks = scene.at(41 * kFrame, {person(100 + 6 * 41, 200)});  // 72 px further: no overlap without steps
  EXPECT_EQ(id_of(tracks, 0), 1);
}

TEST(ByteTracker, SurvivesATimeThatJumpsBack) {
  Scene scene;
  for (int i = 0; i < 5; ++i) scene.at(100 + i * kFrame, {person(100, 200)});
  EXPECT_EQ(id_of(scene.at(3.0, {person(100, 200)}), 0), 1);
  EXPECT_EQ(id_of(scene.at(3.0 + kFrame, {person(100, 200)}), 0), 1);
}

TEST(ByteTracker, NeverMatchesAcrossClasses) {
  Scene scene;
  scene.frame({person(100, 200, 0.9F, 0)});
  const auto tracks = scene.frame({person(100, 200, 0.9F, 1)});
  ASSERT_EQ(tracks.size(), 2U);
  EXPECT_EQ(tracks[0].class_id, 0);
  EXPECT_EQ(tracks[0].state, TrackState::lost);
  EXPECT_EQ(tracks[1].class_id, 1);
  EXPECT_EQ(tracks[1].state, TrackState::tentative);
}

TEST(ByteTracker, TracksTwoClassesInOnePlaceApart) {
  Scene scene;
  std::vector<Track> tracks;
  for (int i = 0; i < 10; ++i) tracks = scene.frame({person(100, 200, 0.9F, 2), person(100, 200, 0.8F, 7)});
  EXPECT_EQ(id_of(tracks, 0), 1);
  EXPECT_EQ(id_of(tracks, 1), 2);
}

TEST(ByteTracker, PairsAtTheLeastTotalCostNotGreedily) {
  // Detection 0 overlaps both tracks and track 0 best; taking that pair first would leave detection 1 to nobody.
  Scene scene({.fuse_score = false});
  scene.frame({person(100, 200), person(112, 200)});
  const auto tracks = scene.frame({person(104, 200), person(84, 200)});
  EXPECT_EQ(id_of(tracks, 0), 2);
  EXPECT_EQ(id_of(tracks, 1), 1);
}

TEST(ByteTracker, ForgetsEverythingOnResetButNeverGivesAnIdTwice) {
  Scene scene;
  scene.frame({person(100, 200), person(300, 200)});
  scene.tracker.reset();
  const auto tracks = scene.frame({person(100, 200)});
  ASSERT_EQ(tracks.size(), 1U);
  EXPECT_EQ(id_of(tracks, 0), 3);
}

TEST(ByteTracker, LeavesOutBoxesWithoutArea) {
  Scene scene;
  EXPECT_TRUE(scene.frame({{{10, 10, 10, 50}, 0, 0.9F}, {{50, 50, 20, 90}, 0, 0.9F}}).empty());
}

TEST(ByteTracker, TellsEachTrackWhichDetectionItMatched) {
  Scene scene;
  scene.frame({person(100, 200), person(300, 200), person(500, 200)});
  const auto tracks = scene.frame({person(500, 200), person(100, 200), person(300, 200)});
  std::map<std::int64_t, int> matched;
  for (const Track& track : tracks) matched[track.id] = track.detection;
  EXPECT_THAT(matched, testing::ElementsAre(testing::Pair(1, 1), testing::Pair(2, 2), testing::Pair(3, 0)));
}

TEST(ByteTracker, GivesTheSameTracksForTheSameScene) {
  const auto play = [] {
    Scene scene;
    std::vector<Track> all;
    for (int i = 0; i < 40; ++i) {
      std::vector<Detection> detections;
      for (int k = 0; k < 30; ++k) {
        const int wobble = (i * 7 + k * 13) % 11;
        if (wobble == 0) continue;
        detections.push_back(person(static_cast<float>(20 * k + i + wobble), static_cast<float>(100 + k % 3 * 40),
                                    0.3F + 0.06F * static_cast<float>(wobble)));
      }
      const auto tracks = scene.frame(detections);
      all.insert(all.end(), tracks.begin(), tracks.end());
    }
    return all;
  };
  const auto first = play();
  const auto second = play();
  ASSERT_EQ(first.size(), second.size());
  ASSERT_GT(first.size(), 400U);
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].id, second[i].id);
    EXPECT_EQ(first[i].box, second[i].box);
  }
}

}  // namespace
}  // namespace lyn
