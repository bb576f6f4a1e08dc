#include "supervisor_rig.h"

namespace lyn {
namespace {

using namespace supervised;

TEST(Supervisor, QuarantinesACameraThatComesAndGoes) {
  Rig rig([](Rig&) { return Rig::picture(); });
  for (int i = 0; i < 6; ++i) {
    ASSERT_NE(rig.supervisor_.state(), State::quarantined) << i << " starts";
    rig.until(State::running);
    rig.run_for(3s);
    rig.lose("connection reset");
  }
  EXPECT_EQ(rig.supervisor_.state(), State::quarantined);
  EXPECT_THAT(rig.changes_.back().cause, HasSubstr("came and went 6 times"));
  EXPECT_THAT(rig.changes_.back().cause, HasSubstr("connection reset"));
}

TEST(Supervisor, DoesNotQuarantineACameraThatLives10SecondsEachTime) {
  Rig rig([](Rig&) { return Rig::picture(); });
  for (int i = 0; i < 12; ++i) {
    rig.until(State::running);
    rig.run_for(11s);
    rig.lose("connection reset");
    ASSERT_NE(rig.supervisor_.state(), State::quarantined) << i << " starts";
  }
}

TEST(Supervisor, QuarantinesACameraThatFailedFor10MinutesAndProbesItOnceAMinute) {
  Rig rig([](Rig&) { return Rig::fail("connection refused"); });
  const Span failed_for = rig.until(State::quarantined);
  EXPECT_GE(failed_for, 10min);
  EXPECT_LE(failed_for, 10min + 31s);
  const Time since = rig.now_;
  rig.run_for(10min);
  for (const double gap : gaps(rig.opened_, since)) EXPECT_NEAR(gap, 60, 0.01);
  EXPECT_EQ(rig.supervisor_.state(), State::quarantined);
}

TEST(Supervisor, LeavesQuarantineAfter60SecondsOfHealth) {
  bool good = false;
  Rig rig([&](Rig&) { return good ? Rig::picture() : Rig::fail("connection refused"); });
  rig.until(State::quarantined);
  good = true;
  const Span back = rig.until(State::running);
  EXPECT_GE(back, 60s);
  EXPECT_LE(back, 121s);
}

TEST(Supervisor, StaysInQuarantineWhenAProbeLivesShorter) {
  bool good = false;
  Rig rig([&](Rig&) { return good ? Rig::picture() : Rig::fail("connection refused"); });
  rig.until(State::quarantined);
  good = true;
  rig.run_for(90s);
  ASSERT_NE(rig.in_use_, 0) << "pictures of a probe are used";
  rig.lose("reset");
  rig.run_for(1s);
  EXPECT_EQ(rig.supervisor_.state(), State::quarantined);
}

TEST(Supervisor, TriesAtOnceWhenAskedTo) {
  bool good = false;
  Rig rig([&](Rig&) { return good ? Rig::picture(10ms) : Rig::fail("connection refused"); });
  rig.until(State::quarantined);
  rig.run_for(5s);
  good = true;
  rig.supervisor_.retry_now(rig.now_);
  rig.obey();
  EXPECT_LE(rig.until(State::running), 11ms);
}

TEST(Supervisor, TriesNothingWhileDisabledAndStartsAfreshAfterwards) {
  Rig rig([](Rig&) { return Rig::picture(); });
  rig.run_for(10s);
  rig.supervisor_.disable(rig.now_);
  rig.obey();
  EXPECT_EQ(rig.supervisor_.state(), State::disabled);
  EXPECT_TRUE(rig.alive_.empty());
  EXPECT_FALSE(rig.supervisor_.deadline());
  rig.run_for(1h);
  EXPECT_EQ(rig.opened_.size(), 1U);
  rig.supervisor_.enable(rig.now_);
  rig.obey();
  EXPECT_LE(rig.until(State::running), 200ms);
}

TEST(Supervisor, IsNotRevivedOnceItHasEnded) {
  Rig rig([](Rig&) { return Rig::picture(); });
  rig.supervisor_.end(rig.now_);
  rig.supervisor_.enable(rig.now_);
  rig.supervisor_.retry_now(rig.now_);
  rig.obey();
  rig.run_for(1h);
  EXPECT_EQ(rig.supervisor_.state(), State::ended);
  EXPECT_EQ(rig.opened_.size(), 1U);
}

TEST(Supervisor, UsesNoAttemptThatItGaveUp) {
  Supervisor supervisor({}, 5s, 1);
  supervisor.start(Time(0s));
  supervisor.tick(Time(1500ms), {});
  supervisor.tick(Time(3000ms), {});
  EXPECT_FALSE(supervisor.first_picture(2, Time(3100ms))) << "attempt 3 took its place";
  EXPECT_TRUE(supervisor.first_picture(1, Time(3200ms)));
  EXPECT_FALSE(supervisor.first_picture(3, Time(3300ms))) << "another is in use";
}

}  // namespace
}  // namespace lyn
