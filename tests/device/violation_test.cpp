#include "device/violation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/scope.h"

namespace lyn {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

template <class Act>
std::string stderr_of(Act act) {
  testing::internal::CaptureStderr();
  act();
  return testing::internal::GetCapturedStderr();
}

[[gnu::noinline]] void planted_violation(ViolationLog& violations) {
  violations.report("boxes over budget");
  asm volatile("");
}

TEST(ViolationLog, CountsAndNamesLaneStageAndCallers) {
  ViolationLog violations;
  const StageScope scope("gate", "infer");
  const auto out = stderr_of([&] { planted_violation(violations); });
  EXPECT_EQ(violations.count(), 1u);
  EXPECT_THAT(out, HasSubstr("violation: boxes over budget in lane gate, stage infer"));
  EXPECT_THAT(out, HasSubstr("planted_violation(lyn::ViolationLog&)"));
}

TEST(ViolationLog, ShowsTheStackOfTheFirstTen) {
  ViolationLog violations;
  for (int i = 1; i <= 11; ++i) {
    const auto out = stderr_of([&] { planted_violation(violations); });
    EXPECT_THAT(out, ContainsRegex("violation: .* in lane -, stage -"));
    EXPECT_EQ(out.find("planted_violation") != std::string::npos, i <= 10) << i;
  }
  EXPECT_EQ(violations.count(), 11u);
}

[[gnu::noinline]] StackTrace stack_of_a_planted_call() {
  const StackTrace stack = capture_stack();
  asm volatile("");
  return stack;
}

TEST(ViolationLog, ReportsLateWithTheStackAndThePlaceOfTheDeed) {
  ViolationLog violations;
  StackTrace stack;
  std::string place;
  {
    const StageScope scope("gate", "decode");
    stack = stack_of_a_planted_call();
    place = ViolationLog::place();
  }
  const auto out = stderr_of([&] { violations.report("a copy", stack, place); });
  EXPECT_EQ(violations.count(), 1u);
  EXPECT_THAT(out, HasSubstr("violation: a copy in lane gate, stage decode"));
  EXPECT_THAT(out, HasSubstr("stack_of_a_planted_call()"));
}

TEST(ViolationLog, TellsItsOwnerEachTime) {
  std::string told;
  ViolationLog violations([&](const std::string& what) { told += what + "."; });
  (void)stderr_of([&] {
    violations.report("one");
    violations.report("two");
  });
  EXPECT_EQ(told, "one.two.");
}

TEST(StageScope, ReturnsToTheOuterScope) {
  EXPECT_STREQ(StageScope::lane(), "");
  {
    const StageScope outer("gate", "decode");
    {
      const StageScope inner("yard", "track");
      EXPECT_STREQ(StageScope::lane(), "yard");
      EXPECT_STREQ(StageScope::stage(), "track");
    }
    EXPECT_STREQ(StageScope::stage(), "decode");
  }
  EXPECT_STREQ(StageScope::stage(), "");
}

}  // namespace
}  // namespace lyn
