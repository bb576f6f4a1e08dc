#include "supervisor_rig.h"

namespace lyn {
namespace {

using namespace supervised;

TEST(Supervisor, RunsOnceAPictureHasCome) {
  Rig rig([](Rig&) { return Rig::picture(); });
  EXPECT_EQ(rig.supervisor_.state(), State::connecting);
  rig.run_for(1s);
  EXPECT_THAT(rig.states(), ElementsAre(State::running));
  rig.run_for(1h);
  EXPECT_EQ(rig.opened_.size(), 1U);
}

TEST(Supervisor, SaysWhyARefusedConnectionWaits) {
  Rig rig([](Rig&) { return Rig::fail("connection refused"); });
  rig.run_for(100ms);
  ASSERT_FALSE(rig.changes_.empty());
  EXPECT_EQ(rig.changes_[0].to, State::backoff);
  EXPECT_EQ(rig.changes_[0].cause, "connection refused");
}

TEST(Supervisor, TriesAtLeastEvery1500MillisecondsInTheFirstMinute) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Rig rig([](Rig&) { return Rig::fail("connection refused"); }, 5s, seed);
    rig.run_for(60s);
    EXPECT_GE(rig.opened_.size(), 40U);
    EXPECT_LE(rig.opened_.size(), 160U) << "and does not hammer";
    for (const double gap : gaps(rig.opened_, {})) EXPECT_LE(gap, 1.502);
    EXPECT_LE(gaps(rig.opened_, {}).front(), 0.252) << "the first retry comes within a quarter of a second";
  }
}

TEST(Supervisor, DoublesTheWaitUpTo30SecondsAfterTheFirstMinute) {
  double longest = 0;
  double sum = 0;
  std::size_t count = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Rig rig([](Rig&) { return Rig::fail("connection refused"); }, 5s, seed);
    const Time began = rig.now_;
    rig.run_for(9min);
    for (const double gap : gaps(rig.opened_, began + 3min)) {
      longest = std::max(longest, gap);
      sum += gap;
      ++count;
    }
  }
  EXPECT_LE(longest, 30.01);
  EXPECT_GT(longest, 25) << "the cap is reached";
  EXPECT_NEAR(sum / static_cast<double>(count), 15, 2) << "full jitter: from nothing to the cap";
}

TEST(Supervisor, DrawsAnotherWaitForEachCamera) {
  const auto first_gap = [](std::uint64_t seed) {
    Rig rig([](Rig&) { return Rig::fail("reset"); }, 5s, seed);
    rig.run_for(1s);
    return gaps(rig.opened_, {}).front();
  };
  EXPECT_NE(first_gap(1), first_gap(2));
  EXPECT_EQ(first_gap(3), first_gap(3));
}

TEST(Supervisor, StartsAnotherAttemptBesideOneThatHangs) {
  Rig rig([](Rig&) { return Rig::hang(); });
  rig.run_for(4400ms);
  EXPECT_THAT(gaps(rig.opened_, {}), ElementsAre(1.5, 1.5));
  EXPECT_EQ(rig.most_alive_, 2U) << "the oldest and the newest";
  EXPECT_TRUE(rig.alive_.contains(1)) << "the oldest gets its whole time";
  EXPECT_LE(rig.until(State::backoff), 100ms) << "seen within 5 s";
  EXPECT_THAT(rig.changes_.back().cause, HasSubstr("no picture came within 4.5 s"));
  EXPECT_TRUE(rig.alive_.empty());
}

TEST(Supervisor, FindsASlowCameraThroughTheOldestAttempt) {
  Rig rig([](Rig&) { return Rig::picture(4s); });
  rig.run_for(4001ms);
  EXPECT_EQ(rig.supervisor_.state(), State::running);
  EXPECT_EQ(rig.in_use_, 1);
  EXPECT_EQ(rig.alive_.size(), 1U) << "the others are let go";
}

TEST(Supervisor, IsBackWithin2SecondsOfACameraThatHungForUpToAMinute) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    bool good = false;
    Rig rig([&](Rig&) { return good ? Rig::picture(100ms) : Rig::hang(); }, 5s, seed);
    rig.run_for(std::chrono::milliseconds(1900 * seed));
    good = true;
    EXPECT_LE(rig.until(State::running), 2s) << "seed " << seed;
  }
}

TEST(Supervisor, DoesNotOverlapAttemptsAfterTheFirstMinute) {
  Rig rig([](Rig&) { return Rig::hang(); });
  rig.run_for(70s);
  rig.most_alive_ = 0;
  rig.run_for(5min);
  EXPECT_EQ(rig.most_alive_, 1U);
}

TEST(Supervisor, CallsASilentCameraStalledAndThenTriesAgain) {
  Rig rig([](Rig&) { return Rig::picture(); });
  rig.run_for(2min);
  rig.go_silent();
  const Time silent_since = rig.last_picture_;
  EXPECT_LE(rig.until(State::stalled), 5s);
  EXPECT_EQ(rig.now_ - silent_since, 4500ms);
  EXPECT_LE(rig.until(State::backoff), 500ms);
  EXPECT_THAT(rig.changes_.back().cause, HasSubstr("no picture came for 5.0 s"));
  rig.speak();
  EXPECT_LE(rig.until(State::running), 500ms);
  EXPECT_THAT(rig.states(),
              ElementsAre(State::running, State::stalled, State::backoff, State::connecting, State::running));
}

TEST(Supervisor, GoesOnWithAStalledCameraThatSpeaksInTime) {
  Rig rig([](Rig&) { return Rig::picture(); });
  rig.run_for(1s);
  rig.go_silent();
  rig.until(State::stalled);
  rig.last_picture_ = rig.now_ + 100ms;
  rig.run_for(2s);
  EXPECT_EQ(rig.supervisor_.state(), State::running);
  EXPECT_EQ(rig.opened_.size(), 1U);
}

TEST(Supervisor, HoldsACameraOfAPictureEach10SecondsForWell) {
  Rig rig([](Rig&) { return Rig::picture(9s); }, 15s);
  rig.run_for(10s);
  EXPECT_EQ(rig.supervisor_.state(), State::running);
  rig.go_silent();
  rig.run_for(10s);
  EXPECT_EQ(rig.supervisor_.state(), State::running);
}

TEST(Supervisor, TriesAWrongPasswordEvery30SecondsOnly) {
  Rig rig([](Rig&) { return Rig::fail("wrong password", true); });
  rig.run_for(119s);
  for (const double gap : gaps(rig.opened_, {})) EXPECT_NEAR(gap, 30, 0.01);
  EXPECT_EQ(rig.opened_.size(), 4U);
}

TEST(Supervisor, LetsAHangingAttemptGoOnceAnotherIsRefused) {
  int attempts = 0;
  Rig rig([&](Rig&) { return ++attempts == 1 ? Rig::hang() : Rig::fail("wrong password", true); });
  rig.run_for(4s);
  EXPECT_TRUE(rig.alive_.empty());
  EXPECT_EQ(rig.supervisor_.state(), State::backoff);
  EXPECT_EQ(attempts, 2);
}

TEST(Supervisor, StartsTheNextOutageFromTheShortestWaitAfter60SecondsOfHealth) {
  bool good = false;
  Rig rig([&](Rig&) { return good ? Rig::picture() : Rig::fail("reset"); });
  rig.run_for(5min);
  good = true;
  rig.until(State::running);
  rig.run_for(61s);
  rig.lose("reset");
  EXPECT_LE(rig.until(State::running), 360ms);
}

TEST(Supervisor, KeepsTheLongWaitOfACameraThatWasNotWellFor60Seconds) {
  bool good = false;
  Rig rig([&](Rig&) { return good ? Rig::picture() : Rig::fail("reset"); });
  rig.run_for(5min);
  good = true;
  rig.until(State::running);
  rig.run_for(50s);
  rig.lose("reset");
  good = false;
  const Time lost = rig.now_;
  rig.run_for(2min);
  EXPECT_LT(std::ranges::count_if(rig.opened_, [&](Time t) { return t >= lost; }), 20);
}

TEST(Supervisor, TriesACameraAgainThatThereWasNoRoomFor) {
  bool room = false;
  Rig rig([&](Rig&) {
    return room ? Rig::picture() : Rig::Answer{Rig::Answer::Kind::fail, 1ms, {"no room", true, true}};
  });
  rig.run_for(20min + 5s);
  EXPECT_EQ(rig.supervisor_.state(), State::refused) << "not quarantined: it is not the camera that fails";
  EXPECT_EQ(rig.supervisor_.cause(), "no room");
  for (const double gap : gaps(rig.opened_, Time{})) EXPECT_NEAR(gap, 30, 0.01);
  room = true;
  EXPECT_LE(rig.until(State::running), 31s);
}

}  // namespace
}  // namespace lyn
