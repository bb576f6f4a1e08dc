#include "device/caller.h"

#include <gtest/gtest.h>

#include <thread>

namespace lyn {
namespace {

TEST(CallerScope, IsAStrangersOutsideAnyAndReturnsToTheOuterOne) {
  EXPECT_EQ(CallerScope::current(), Caller::stranger);
  {
    const CallerScope decoder(Caller::video_decoder);
    {
      const CallerScope ledger(Caller::ledger);
      EXPECT_EQ(CallerScope::current(), Caller::ledger);
    }
    EXPECT_EQ(CallerScope::current(), Caller::video_decoder);
  }
  EXPECT_EQ(CallerScope::current(), Caller::stranger);
}

TEST(CallerScope, HoldsForItsThreadOnly) {
  const CallerScope scope(Caller::ledger);
  std::thread([] { EXPECT_EQ(CallerScope::current(), Caller::stranger); }).join();
}

TEST(Caller, TellsLibrariesFromOurOwnCode) {
  for (const Caller own : {Caller::stranger, Caller::ledger, Caller::device, Caller::pool, Caller::staging}) {
    EXPECT_FALSE(is_library(own)) << name_of(own);
  }
  EXPECT_TRUE(is_library(Caller::onnxruntime));
  EXPECT_STREQ(name_of(Caller::onnxruntime), "runtime:onnxruntime");
  EXPECT_STREQ(name_of(Caller::video_decoder), "runtime:nvcuvid");
}

}  // namespace
}  // namespace lyn
