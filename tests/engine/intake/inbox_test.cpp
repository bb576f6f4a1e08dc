#include "engine/intake/inbox.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>
#include <vector>

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

PacketArrived packet(std::int64_t pts, bool key, int attempt = 1) {
  PacketArrived arrived;
  arrived.packet.pts = pts;
  arrived.packet.key = key;
  arrived.attempt = attempt;
  return arrived;
}

/// The PTS of the packets that wait, oldest first.
std::vector<std::int64_t> waiting(LaneInbox& inbox) {
  std::vector<std::int64_t> found;
  inbox.push(StopRequested{});
  for (auto event = inbox.pop(true); event; event = inbox.pop(true, Clock::Monotonic{})) {
    if (std::holds_alternative<DeadlinePassed>(*event)) break;
    if (const auto* arrived = std::get_if<PacketArrived>(&*event)) found.push_back(arrived->packet.pts);
  }
  return found;
}

TEST(LaneInbox, OfACameraDropsWhatLiesBeforeTheNewestKeyframeWhenItIsFull) {
  LaneInbox inbox(4, WhenFull::drop_oldest);
  for (const std::int64_t pts : {0, 1, 2, 3}) ASSERT_TRUE(inbox.push_from_source(packet(pts, pts == 0 || pts == 2)));
  ASSERT_TRUE(inbox.push_from_source(packet(4, false)));
  EXPECT_EQ(inbox.take_dropped(), 2U);
  EXPECT_EQ(inbox.take_dropped(), 0U);
  EXPECT_EQ(waiting(inbox), (std::vector<std::int64_t>{2, 3, 4}));
}

TEST(LaneInbox, OfACameraDropsEverythingForANewKeyframe) {
  LaneInbox inbox(3, WhenFull::drop_oldest);
  for (const std::int64_t pts : {0, 1, 2}) ASSERT_TRUE(inbox.push_from_source(packet(pts, pts == 0)));
  ASSERT_TRUE(inbox.push_from_source(packet(3, true)));
  EXPECT_EQ(inbox.take_dropped(), 3U);
  EXPECT_EQ(waiting(inbox), (std::vector<std::int64_t>{3}));
}

TEST(LaneInbox, OfACameraCutsAGroupThatIsLongerThanTheQueueUntilTheNextKeyframe) {
  LaneInbox inbox(3, WhenFull::drop_oldest);
  for (const std::int64_t pts : {0, 1, 2, 3}) ASSERT_TRUE(inbox.push_from_source(packet(pts, pts == 0)));
  ASSERT_TRUE(inbox.pop(true));
  ASSERT_TRUE(inbox.push_from_source(packet(4, false))) << "there is room, but what it refers to is gone";
  ASSERT_TRUE(inbox.push_from_source(packet(5, true)));
  EXPECT_EQ(inbox.take_dropped(), 2U);
  EXPECT_EQ(waiting(inbox), (std::vector<std::int64_t>{1, 2, 5}));
}

TEST(LaneInbox, OfACameraKeepsWhatIsNoPacketAndWhatIsOfAnotherAttempt) {
  LaneInbox inbox(3, WhenFull::drop_oldest);
  ASSERT_TRUE(inbox.push_from_source(packet(9, true, 2)));
  ASSERT_TRUE(inbox.push_from_source(packet(0, true)));
  ASSERT_TRUE(inbox.push_from_source(SourceFailed{{}, 2}));
  ASSERT_TRUE(inbox.push_from_source(packet(1, true)));
  ASSERT_TRUE(inbox.push_from_source(SourceFailed{{}, 1})) << "the end of an attempt never waits, nor goes";
  EXPECT_EQ(inbox.take_dropped(), 1U);
  EXPECT_EQ(waiting(inbox), (std::vector<std::int64_t>{9, 1}));
}

TEST(LaneInbox, OfACameraSoundTakesNoRoomFromPicturesAndIsBounded) {
  LaneInbox inbox(2, WhenFull::drop_oldest);
  for (int i = 0; i < 16; ++i) ASSERT_TRUE(inbox.push_from_source(SoundArrived{}));
  for (const std::int64_t pts : {0, 1}) ASSERT_TRUE(inbox.push_from_source(packet(pts, pts == 0)));
  EXPECT_EQ(inbox.take_dropped(), 0U);
  EXPECT_FALSE(inbox.take_lost_sound());
  ASSERT_TRUE(inbox.push_from_source(SoundArrived{}));
  EXPECT_TRUE(inbox.take_lost_sound());
  EXPECT_FALSE(inbox.take_lost_sound()) << "it was told";
  for (int i = 0; i < 16; ++i) {
    const auto sound = inbox.pop(true);
    ASSERT_TRUE(sound && std::holds_alternative<SoundArrived>(*sound));
  }
  ASSERT_TRUE(inbox.push_from_source(packet(2, true))) << "both pictures before it go";
  EXPECT_EQ(inbox.take_dropped(), 2U);
  EXPECT_EQ(waiting(inbox), (std::vector<std::int64_t>{2}));
}

TEST(LaneInbox, TellsThatADeadlineHasPassed) {
  LaneInbox inbox(1);
  const auto event = inbox.pop(true, system_clock().now() + std::chrono::milliseconds(1));
  EXPECT_TRUE(event && std::holds_alternative<DeadlinePassed>(*event));
  ASSERT_TRUE(inbox.push_from_source(SourceEnded{}));
  const auto waits = inbox.pop(true, Clock::Monotonic{});
  EXPECT_TRUE(waits && std::holds_alternative<SourceEnded>(*waits)) << "what is there comes first";
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
