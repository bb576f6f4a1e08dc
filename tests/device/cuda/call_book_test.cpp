#include "device/cuda/call_book.h"

#include <gtest/gtest.h>

#include <memory>

namespace lyn::cupti {
namespace {

Call call(std::uint32_t correlation, Caller caller) {
  Call noted;
  noted.correlation = correlation;
  noted.caller = caller;
  return noted;
}

TEST(CallBook, FindsACallByItsCorrelation) {
  const auto book = std::make_unique<CallBook>();
  book->note(call(7, Caller::ledger));
  book->note(call(8, Caller::onnxruntime));
  ASSERT_TRUE(book->answer(7).has_value());
  EXPECT_EQ(book->answer(7)->caller, Caller::ledger);
  EXPECT_EQ(book->answer(8)->caller, Caller::onnxruntime);
  EXPECT_FALSE(book->answer(9).has_value());
  EXPECT_FALSE(book->answer(0).has_value()) << "0 is nobody's";
}

TEST(CallBook, AnswersMoreThanOnceWhileThereIsRoom) {
  const auto book = std::make_unique<CallBook>();
  book->note(call(7, Caller::onnxruntime));  // a graph of several copies
  EXPECT_TRUE(book->answer(7).has_value());
  EXPECT_TRUE(book->answer(7).has_value());
}

TEST(CallBook, KeepsAnOldCallThatWaitsForItsRecordRatherThanAnsweredOnes) {
  const auto book = std::make_unique<CallBook>();
  book->note(call(1, Caller::staging));
  for (std::uint32_t i = 2; i < 8 * CallBook::kSlots; ++i) {
    book->note(call(i, Caller::ledger));
    ASSERT_TRUE(book->answer(i).has_value()) << i;
  }
  ASSERT_TRUE(book->answer(1).has_value());
  EXPECT_EQ(book->answer(1)->caller, Caller::staging);
}

TEST(CallBook, KeepsTheNewestWhenItIsFull) {
  const auto book = std::make_unique<CallBook>();
  constexpr std::uint32_t kMany = 4 * CallBook::kSlots;
  for (std::uint32_t i = 1; i <= kMany; ++i) book->note(call(i, Caller::ledger));
  for (std::uint32_t i = kMany - CallBook::kSlots / 4; i <= kMany; ++i) ASSERT_TRUE(book->answer(i).has_value()) << i;
  EXPECT_FALSE(book->answer(1).has_value());
}

TEST(CallBook, GoesOnWhenCorrelationsWrap) {
  const auto book = std::make_unique<CallBook>();
  constexpr std::uint32_t kLast = 0xFFFFFFFFU;
  for (std::uint32_t i = kLast - 2 * CallBook::kSlots; i != kLast; ++i) book->note(call(i, Caller::ledger));
  for (std::uint32_t i = 1; i < 100; ++i) book->note(call(i, Caller::onnxruntime));
  for (std::uint32_t i = 1; i < 100; ++i) ASSERT_TRUE(book->answer(i).has_value()) << i;
}

}  // namespace
}  // namespace lyn::cupti
