#include "device/ledger.h"

#include <gtest/gtest.h>

#include <thread>

namespace lyn {
namespace {

TEST(Ledger, CountsByReason) {
  TransferLedger ledger;
  ledger.count(Reason::boxes, 100);
  ledger.count(Reason::boxes, 28);
  EXPECT_EQ(ledger.bytes(Reason::boxes), 128u);
  EXPECT_EQ(ledger.bytes(Reason::video), 0u);
}

TEST(Ledger, OnlyPixelsThatLeaveCountAsHostPixels) {
  TransferLedger ledger;
  for (unsigned i = 0; i < static_cast<unsigned>(Reason::count_); ++i) ledger.count(static_cast<Reason>(i), 1);
  EXPECT_EQ(ledger.host_pixel_bytes(), 2u);
  ledger.count(Reason::frames, 1000);
  ledger.count(Reason::tensors, 500);
  EXPECT_EQ(ledger.host_pixel_bytes(), 1502u);
}

TEST(Ledger, BoxesMayTakeEightKilobytesAFrame) {
  EXPECT_EQ(rule_of(Reason::boxes).frame_budget, 8192);
  EXPECT_EQ(rule_of(Reason::bitstream).frame_budget, -1);
  EXPECT_TRUE(rule_of(Reason::bitstream).inward);
  EXPECT_FALSE(rule_of(Reason::boxes).inward);
  EXPECT_STREQ(rule_of(Reason::tensors).name, "tensors");
}

TEST(Ledger, KnowsWhatTheDeviceCopiedFromWhatOthersMoved) {
  TransferLedger ledger;
  ledger.count(Reason::boxes, 100);
  ledger.count(Reason::hash, 8);
  ledger.count_moved(Reason::video, 5000);
  ledger.count(Reason::tables, 640);
  ledger.count_moved(Reason::bitstream, 70'000);
  EXPECT_EQ(ledger.copied_out(), 108u);
  EXPECT_EQ(ledger.moved_out(), 5000u);
  EXPECT_EQ(ledger.copied_in(), 640u);
  EXPECT_EQ(ledger.moved_in(), 70'000u);
  EXPECT_EQ(ledger.bytes(Reason::bitstream), 70'000u);
}

TEST(Ledger, ThreadsCountTogether) {
  TransferLedger ledger;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) ledger.count(Reason::hash, 8);
      });
    }
  }
  EXPECT_EQ(ledger.bytes(Reason::hash), 32'000u);
}

}  // namespace
}  // namespace lyn
