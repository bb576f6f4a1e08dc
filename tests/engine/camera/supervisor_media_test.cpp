// A camera that sends, but whose first keyframe is still to come.
#include "supervisor_rig.h"

namespace lyn::supervised {
namespace {

TEST(SupervisorMedia, IsWaitedForWithoutCompany) {
  Rig rig([](Rig&) { return Rig::hang(); });
  rig.run_for(1s);
  rig.supervisor_.media_seen(1);
  rig.run_for(33s);
  EXPECT_EQ(rig.opened_.size(), 1U);
  EXPECT_THAT(rig.states(), ElementsAre());
  EXPECT_TRUE(rig.supervisor_.first_picture(1, rig.now_));
}

TEST(SupervisorMedia, IsNotWaitedForForEver) {
  Rig rig([](Rig&) { return Rig::hang(); });
  rig.supervisor_.media_seen(1);
  rig.run_for(36s);
  ASSERT_FALSE(rig.changes_.empty());
  EXPECT_EQ(rig.changes_.front().to, State::backoff);
  EXPECT_THAT(rig.changes_.front().cause, HasSubstr("no keyframe came within 35.0 s"));
}

TEST(SupervisorMedia, OfAnAttemptThatWasGivenUpChangesNothing) {
  Rig rig([](Rig&) { return Rig::hang(); });
  rig.supervisor_.media_seen(99);
  rig.run_for(5s);
  EXPECT_GT(rig.opened_.size(), 2U);
}

}  // namespace
}  // namespace lyn::supervised
