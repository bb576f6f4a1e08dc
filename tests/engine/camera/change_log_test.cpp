#include "engine/camera/change_log.h"

#include <gtest/gtest.h>

namespace lyn {
namespace {

using namespace std::chrono_literals;
using State = CameraState;

class ChangeLogTest : public testing::Test {
 protected:
  std::string say(State to, const std::string& cause, std::chrono::nanoseconds after = 1s) {
    now_ += after;
    return log_.line_for({State::connecting, to, cause}, now_).value_or("");
  }
  ChangeLog log_;
  Clock::Monotonic now_{1h};
};

TEST_F(ChangeLogTest, SaysEachChangeWithItsCause) {
  EXPECT_EQ(say(State::running, "pictures come"), "running");
  EXPECT_EQ(say(State::stalled, "no picture for 4.5 s"), "stalled: no picture for 4.5 s");
  EXPECT_EQ(say(State::backoff, "no picture came for 5.0 s"), "backoff: no picture came for 5.0 s");
  EXPECT_EQ(say(State::running, "pictures come"), "running again after 2.0 s");
  EXPECT_EQ(say(State::ended, "through"), "");
}

TEST_F(ChangeLogTest, SaysWhatRepeatsOnceAMinute) {
  EXPECT_EQ(say(State::backoff, "connection refused"), "backoff: connection refused");
  EXPECT_EQ(say(State::connecting, "trying again"), "") << "that it tries again is no news";
  for (int i = 0; i < 29; ++i) EXPECT_EQ(say(State::backoff, "connection refused", 2s), "");
  EXPECT_EQ(say(State::backoff, "connection refused", 2s), "backoff: connection refused (29 more of these since)");
  EXPECT_EQ(say(State::backoff, "no route to the host"), "backoff: no route to the host") << "another cause is news";
}

TEST_F(ChangeLogTest, AnOutageAfterThePicturesCameIsNews) {
  EXPECT_EQ(say(State::backoff, "reset"), "backoff: reset");
  say(State::running, "pictures come");
  EXPECT_EQ(say(State::backoff, "reset"), "backoff: reset");
}

}  // namespace
}  // namespace lyn
