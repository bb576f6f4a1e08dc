#include "engine/outputs/snapshot_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace lyn {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

SnapshotsConfig on(const char* what, std::chrono::milliseconds every = std::chrono::seconds(1)) {
  SnapshotsConfig wanted;
  wanted.dir = "shots";
  wanted.when = what;
  wanted.every = every;
  return wanted;
}

struct Given {
  std::int64_t ms;
  std::vector<std::int64_t> tracks;  ///< one a listed detection
  bool inferred = true;
};

/// The times of the frames that are taken.
std::vector<std::int64_t> taken(const SnapshotsConfig& wanted, const std::vector<Given>& frames) {
  SnapshotChoice choice(wanted);
  std::vector<std::int64_t> times;
  for (const Given& frame : frames) {
    if (choice.take({frame.ms, {1, 1000}}, frame.inferred, frame.tracks)) times.push_back(frame.ms);
  }
  return times;
}

TEST(SnapshotChoice, takes_none_without_a_folder) {
  EXPECT_THAT(taken(SnapshotsConfig(), {{0, {1}}, {40, {2}}}), IsEmpty());
}

TEST(SnapshotChoice, takes_the_first_frame_of_each_confirmed_track) {
  EXPECT_THAT(taken(on("track"), {{0, {0}}, {40, {0, 1}}, {80, {1}}, {120, {}}, {160, {1, 2}}, {200, {2}}}),
              ElementsAre(40, 160));
}

TEST(SnapshotChoice, takes_detections_no_more_often_than_every_so_long) {
  EXPECT_THAT(
      taken(on("detection"), {{0, {}}, {40, {0}}, {80, {1}}, {1039, {1}}, {1040, {1}}, {3000, {}}, {3040, {5}}}),
      ElementsAre(40, 1040, 3040));
}

TEST(SnapshotChoice, takes_frames_by_the_time_whatever_is_on_them) {
  EXPECT_THAT(taken(on("time"), {{7, {}, false}, {500, {1}}, {1007, {}, false}, {1500, {}}, {2100, {}}}),
              ElementsAre(7, 1007, 2100));
}

TEST(SnapshotChoice, begins_anew_where_the_time_goes_back) {
  EXPECT_THAT(taken(on("time"), {{5000, {}}, {100, {}}, {200, {}}}), ElementsAre(5000, 100));
}

TEST(SnapshotChoice, leaves_out_old_boxes_of_frames_that_were_not_inferred) {
  EXPECT_THAT(taken(on("track"), {{0, {4}, false}, {40, {4}, true}}), ElementsAre(40));
}

TEST(SnapshotChoice, forgets_tracks_of_long_ago) {
  SnapshotChoice choice(on("track"));
  for (std::int64_t id = 1; id <= 10'000; ++id) EXPECT_TRUE(choice.take({id, {1, 25}}, true, std::vector{id}));
  EXPECT_FALSE(choice.take({10'001, {1, 25}}, true, std::vector<std::int64_t>{9'000}));
}

}  // namespace
}  // namespace lyn
