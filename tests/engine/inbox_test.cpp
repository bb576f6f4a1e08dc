#include "engine/inbox.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace lyn {
namespace {

TEST(LaneInbox, GivesAnswersBeforeWhatTheSourceSent) {
  LaneInbox inbox(4);
  ASSERT_TRUE(inbox.push_from_source(SourceEnded{}));
  inbox.push(BoxesReady{7});
  const auto first = inbox.pop(true);
  ASSERT_TRUE(first && std::holds_alternative<BoxesReady>(*first));
  EXPECT_EQ(std::get<BoxesReady>(*first).ticket, 7U);
  const auto second = inbox.pop(true);
  EXPECT_TRUE(second && std::holds_alternative<SourceEnded>(*second));
}

TEST(LaneInbox, LeavesTheSourceWaitingWhenTheLaneHasNoRoom) {
  LaneInbox inbox(4);
  ASSERT_TRUE(inbox.push_from_source(SourceEnded{}));
  inbox.push(SlotFree{});
  const auto event = inbox.pop(false);
  EXPECT_TRUE(event && std::holds_alternative<SlotFree>(*event));
}

TEST(LaneInbox, PushesBackOnTheReaderWhenFull) {
  LaneInbox inbox(1);
  ASSERT_TRUE(inbox.push_from_source(SourceEnded{}));
  std::promise<bool> pushed;
  std::thread reader([&] { pushed.set_value(inbox.push_from_source(SourceEnded{})); });
  auto outcome = pushed.get_future();
  EXPECT_EQ(outcome.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  ASSERT_TRUE(inbox.pop(true));
  EXPECT_TRUE(outcome.get());
  reader.join();
}

TEST(LaneInbox, ClosingEndsAReadersWait) {
  LaneInbox inbox(1);
  ASSERT_TRUE(inbox.push_from_source(SourceEnded{}));
  std::promise<bool> pushed;
  std::thread reader([&] { pushed.set_value(inbox.push_from_source(SourceEnded{})); });
  inbox.close();
  EXPECT_FALSE(pushed.get_future().get());
  reader.join();
  EXPECT_FALSE(inbox.pop(true)) << "what the source still had waiting is gone";
}

TEST(LaneInbox, ClosingEndsTheLanesWait) {
  LaneInbox inbox(1);
  std::promise<bool> ended;
  std::thread lane([&] { ended.set_value(!inbox.pop(true).has_value()); });
  inbox.close();
  EXPECT_TRUE(ended.get_future().get());
  lane.join();
}

}  // namespace
}  // namespace lyn
