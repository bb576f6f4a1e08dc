#include <gtest/gtest.h>

#include "engine/models/batcher_rig.h"

namespace lyn {
namespace {

TEST_F(BatcherTest, WaitsForCompanyUntilTheDeadlineOfItsClock) {
  make(4, 16, std::chrono::milliseconds(20), clock_);
  FakeClient client;
  SlotGroup& live = group(true);
  const auto first = batcher_->acquire(live, client);
  ASSERT_TRUE(first);
  clock_.until_looked_at([&] { batcher_->submit(*first, nullptr, client, 1); });
  clock_.advance(std::chrono::milliseconds(19));
  clock_.until_looked_at([&] { submit(live, client, 2); });
  clock_.advance(std::chrono::milliseconds(1));
  submit(live, client, 3);
  EXPECT_EQ(client.wait_for_answers(3).size(), 3U);
  EXPECT_EQ(runs_, std::vector<int>{3});
}

TEST_F(BatcherTest, WaitsTheLessTheLongerTheModelTakes) {
  make(4, 16, std::chrono::milliseconds(20), clock_);
  model_.takes = std::chrono::milliseconds(15);
  FakeClient client;
  SlotGroup& live = group(true);
  for (std::size_t ticket = 0; ticket < 4; ++ticket) submit(live, client, ticket);
  EXPECT_EQ(client.wait_for_answers(4).size(), 4U);
  EXPECT_EQ(batcher_->service_time().batch, std::chrono::milliseconds(15));
  EXPECT_EQ(batcher_->service_time().frame, std::chrono::microseconds(3750));

  const auto slot = batcher_->acquire(live, client);
  ASSERT_TRUE(slot);
  clock_.until_looked_at([&] { batcher_->submit(*slot, nullptr, client, 4); });
  clock_.advance(std::chrono::milliseconds(5));
  submit(live, client, 5);
  EXPECT_EQ(client.wait_for_answers(6).size(), 6U) << "5 ms and 15 of the model are the 20 of the deadline";
}

TEST_F(BatcherTest, RehearsesSoThatItsTimeIsKnownBeforeFramesCome) {
  model_.takes = std::chrono::milliseconds(40);
  rehearse_ = true;
  make(4, 16, std::chrono::milliseconds(20), clock_);
  EXPECT_EQ(runs_, (std::vector<int>{4, 4}));
  EXPECT_EQ(batcher_->service_time().frame, std::chrono::milliseconds(10));
}

TEST_F(BatcherTest, SaysWhatAFrameTakesWhereTimeIsShort) {
  model_.takes = std::chrono::milliseconds(12);
  make(4, 16, std::chrono::milliseconds(20), clock_);
  FakeClient client;
  SlotGroup& files = group(false);
  submit(files, client, 0);
  batcher_->flush(files);
  EXPECT_EQ(client.wait_for_answers(1).size(), 1U);
  EXPECT_EQ(batcher_->service_time().batch, std::chrono::milliseconds(12));
  EXPECT_EQ(batcher_->service_time().frame.count(), 0) << "a batch of one is no measure of full ones";
  for (std::size_t ticket = 1; ticket < 5; ++ticket) submit(files, client, ticket);
  EXPECT_EQ(client.wait_for_answers(5).size(), 5U);
  EXPECT_EQ(batcher_->service_time().frame, std::chrono::milliseconds(3));
}

TEST_F(BatcherTest, SharesSlotsOfASlowModelBetweenCameras) {
  make(1, 1, std::chrono::milliseconds(1));
  model_.hold(true);
  FakeClient greedy;
  FakeClient modest;
  SlotGroup& live = group(true);
  std::size_t ticket = 0;
  for (; ticket < 3; ++ticket) submit(live, greedy, ticket);
  EXPECT_FALSE(batcher_->acquire(live, modest));
  EXPECT_FALSE(batcher_->acquire(live, greedy));
  model_.hold(false);
  EXPECT_FALSE(greedy.wait_for_answers(1).empty());
  EXPECT_EQ(modest.wait_for_slot(), 1) << "it is told first, and the slot is kept for it";
  EXPECT_TRUE(batcher_->acquire(live, modest));
}

TEST_F(BatcherTest, ForgetsAFrameThatIsNotWaitedForAnyMore) {
  make(1, 1);
  model_.hold(true);
  FakeClient client;
  SlotGroup& live = group(true);
  submit(live, client, 1);
  submit(live, client, 2);
  ASSERT_TRUE(model_.wait_until_running());
  submit(live, client, 3);
  batcher_->forget(client, 1);  // while the model works on it
  batcher_->forget(client, 2);
  model_.hold(false);
  const std::vector<FakeClient::Answer> expected{{3, 1}};
  EXPECT_EQ(client.wait_for_answers(1), expected);
  EXPECT_EQ(runs_.size(), 2U) << "what nobody waits for is not run";
}

}  // namespace
}  // namespace lyn
