#include <gtest/gtest.h>

#include "engine/models/batcher_rig.h"

namespace lyn {
namespace {

TEST_F(BatcherTest, RunsABatchWhenItIsFullAndAnswersEachSlot) {
  make(3);
  FakeClient client;
  SlotGroup& files = group(false);
  for (std::size_t ticket = 10; ticket < 13; ++ticket) submit(files, client, ticket);
  const std::vector<FakeClient::Answer> expected{{10, 1}, {11, 2}, {12, 3}};
  EXPECT_EQ(client.wait_for_answers(3), expected);
  EXPECT_EQ(runs_, std::vector<int>{3});
}

TEST_F(BatcherTest, KeepsAPartBatchOfAFileUntilItIsFlushed) {
  make(4);
  FakeClient client;
  SlotGroup& files = group(false);
  submit(files, client, 1);
  submit(files, client, 2);
  batcher_->flush(files);
  EXPECT_EQ(client.wait_for_answers(2).size(), 2U);
  EXPECT_EQ(runs_, std::vector<int>{2});
}

TEST_F(BatcherTest, ClosesALiveBatchByItsDeadline) {
  make(4, 16, std::chrono::milliseconds(1));
  FakeClient client;
  submit(group(true), client, 5);
  EXPECT_EQ(client.wait_for_answers(1).size(), 1U);
}

TEST_F(BatcherTest, PutsLiveCamerasIntoOneBatch) {
  make(2);
  FakeClient gate;
  FakeClient yard;
  submit(group(true), gate, 1);
  submit(group(true), yard, 2);
  EXPECT_EQ(gate.wait_for_answers(1).size(), 1U);
  EXPECT_EQ(yard.wait_for_answers(1).size(), 1U);
  EXPECT_EQ(runs_, std::vector<int>{2});
}

TEST_F(BatcherTest, ClampsTheBatchToWhatTheModelRuns) {
  make(8, 1);
  EXPECT_EQ(batcher_->batch_size(), 1);
}

TEST_F(BatcherTest, SaysWhenASlotIsFreeAgain) {
  make(1);
  FakeClient client;
  SlotGroup& files = group(false);
  std::vector<SlotLease> held;
  while (const auto slot = batcher_->acquire(files, client)) held.push_back(*slot);
  EXPECT_EQ(held.size(), static_cast<std::size_t>(batcher_->slots_per_group()));
  batcher_->submit(held.front(), nullptr, client, 0);
  EXPECT_EQ(client.wait_for_slot(), 1);
  EXPECT_TRUE(batcher_->acquire(files, client));
}

TEST_F(BatcherTest, TellsEveryClientWhenTheModelFails) {
  model_.fails = true;
  make(1);
  FakeClient client;
  submit(group(false), client, 0);
  EXPECT_EQ(client.wait_for_failures(1), std::vector<std::string>{"the model broke"});
}

TEST_F(BatcherTest, CallsNobodyWhoHasLeft) {
  make(2);
  FakeClient stays;
  {
    FakeClient leaves;
    submit(group(true), leaves, 1);
    batcher_->remove(leaves);
  }
  submit(group(true), stays, 2);
  const std::vector<FakeClient::Answer> expected{{2, 2}};
  EXPECT_EQ(stays.wait_for_answers(1), expected);
}

}  // namespace
}  // namespace lyn
