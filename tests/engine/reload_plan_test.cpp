#include "engine/reload_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lyn {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Cameras of these ids.
Config cameras(const std::vector<std::string>& ids) {
  Config config;
  for (const std::string& id : ids) config.cameras.push_back(make_camera(config, id, id + ".mp4"));
  EXPECT_TRUE(finalise(config));
  return config;
}

TEST(ReloadPlan, OfTheSameConfigurationIsEmpty) {
  const Config config = cameras({"a", "b"});
  const auto plan = plan_reload(config, config);
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->empty());
  EXPECT_EQ(plan->text(config), "no camera changed");
}

TEST(ReloadPlan, NamesWhatComesGoesAndChanges) {
  const Config now = cameras({"a", "b", "c"});
  Config next = cameras({"d", "c", "b"});
  next.cameras[1].stall_timeout = std::chrono::seconds(9);
  const auto plan = plan_reload(now, next);
  ASSERT_TRUE(plan);
  EXPECT_THAT(plan->ended, ElementsAre("a"));
  EXPECT_THAT(plan->added, ElementsAre(0U));
  EXPECT_THAT(plan->changed, ElementsAre(1U)) << "where it stands in the file says nothing";
  EXPECT_EQ(plan->text(next), "1 added (d), 1 changed (c), 1 ended (a)");
}

TEST(ReloadPlan, SwitchesCamerasOffAndOn) {
  const Config on = cameras({"a", "b"});
  Config off = on;
  off.cameras[0].enabled = false;
  const auto leaving = plan_reload(on, off);
  ASSERT_TRUE(leaving);
  EXPECT_THAT(leaving->ended, ElementsAre("a"));
  EXPECT_THAT(leaving->changed, IsEmpty());
  const auto coming = plan_reload(off, on);
  ASSERT_TRUE(coming);
  EXPECT_THAT(coming->added, ElementsAre(0U));
  off.cameras[0].stall_timeout = std::chrono::seconds(9);
  EXPECT_TRUE(plan_reload(off, off)->empty());
}

TEST(ReloadPlan, FollowsWhatTheTopLevelHandsDown) {
  const Config now = cameras({"a", "b"});
  Config next = now;
  next.detector.score = 0.7;
  ASSERT_TRUE(finalise(next));
  EXPECT_THAT(plan_reload(now, next)->changed, ElementsAre(0U, 1U));
}

TEST(ReloadPlan, RefusesWhatCannotChangeWhileItRuns) {
  const Config now = cameras({"a"});
  Config next = now;
  next.device = "cuda";
  const auto plan = plan_reload(now, next);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().kind, ErrorKind::usage);
  EXPECT_THAT(plan.error().text(), HasSubstr("device: cannot change"));
  next = now;
  next.admission = "refuse";
  EXPECT_THAT(plan_reload(now, next).error().text(), HasSubstr("admission: cannot change"));
}

TEST(ReloadPlan, OnCudaAddsOnlyWhatNeedsNoNewModel) {
  const auto with = [](std::vector<std::pair<std::string, std::string>> sources) {
    Config config;
    config.detector.model = "card.yaml";
    for (const auto& [id, source] : sources) config.cameras.push_back(make_camera(config, id, source));
    return config;
  };
  const Config now = with({{"a", "rtsp://10.0.0.1/a"}, {"f", "f.mp4"}});
  const auto check = [&](Config next) { return check_prepared(now, next, *plan_reload(now, next)); };
  EXPECT_TRUE(check(with({{"a", "rtsp://10.0.0.1/a"}, {"b", "rtsp://10.0.0.1/b"}})));
  EXPECT_TRUE(check(with({{"a", "rtsp://10.0.0.1/other"}})));
  EXPECT_TRUE(check(with({{"a", "rtsp://10.0.0.1/a"}, {"g", "g.mp4"}})));
  Config other = with({{"a", "rtsp://10.0.0.1/a"}, {"b", "rtsp://10.0.0.1/b"}});
  other.cameras[1].detector.model = "other.yaml";
  const Status refused = check(other);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("b: detector: on cuda"));
  other.cameras[1].detector.model = "motion";
  EXPECT_TRUE(check(other)) << "motion has no batches";
}

TEST(ReloadPlan, RefusesAnOutputThatCannotBeWritten) {
  const Config now = cameras({"a"});
  Config next = cameras({"a", "b"});
  next.cameras[1].outputs.video = "/no/such/folder/{camera}.mp4";
  const auto plan = plan_reload(now, next);
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().text(), HasSubstr("b: /no/such/folder/b.mp4 cannot be written"));
  next.cameras[1].outputs.video.clear();
  next.cameras[1].outputs.snapshots.dir = "/dev/null/shots/{camera}";
  const auto other = plan_reload(now, next);
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().text(), HasSubstr("b: /dev/null/shots/b cannot be written; check that /dev/null is there"));
}

}  // namespace
}  // namespace lyn
