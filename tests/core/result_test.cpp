#include "core/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace lyn {
namespace {

Result<std::unique_ptr<int>> half(int n) {
  if (n % 2 != 0) return Error{ErrorKind::usage, std::to_string(n) + " is odd", "give an even number"};
  return std::make_unique<int>(n / 2);
}

Result<int> quarter(int n) {
  LYN_TRY(const auto once, half(n));
  LYN_TRY(const auto twice, half(*once));
  return *twice;
}

Status must_be_even(int n) {
  LYN_CHECK(half(n));
  return {};
}

TEST(Result, HoldsAValueThatCanBeMovedOut) {
  auto result = half(8);
  ASSERT_TRUE(result.ok());
  const std::unique_ptr<int> value = std::move(*result);
  EXPECT_EQ(*value, 4);
}

TEST(Result, TryPassesValuesOnAndReturnsTheFirstError) {
  EXPECT_EQ(*quarter(12), 3);
  const auto refused = quarter(6);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().what, "3 is odd");
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
}

TEST(Result, CheckReturnsTheErrorOrGoesOn) {
  EXPECT_TRUE(must_be_even(2).ok());
  EXPECT_EQ(must_be_even(3).error().text(), "3 is odd; give an even number");
}

TEST(Result, TextWithoutRemedyIsJustWhatHappened) {
  EXPECT_EQ((Error{ErrorKind::device, "no", ""}).text(), "no");
}

}  // namespace
}  // namespace lyn
