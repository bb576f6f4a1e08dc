#include "core/bounded_queue.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <thread>

namespace lyn {
namespace {

TEST(BoundedQueue, GivesItemsInOrder) {
  BoundedQueue<int, WhenFull::block> queue(3);
  for (int i = 1; i <= 3; ++i) EXPECT_TRUE(queue.push(i).accepted);
  EXPECT_EQ(queue.size(), 3u);
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(queue.pop(), i);
}

TEST(BoundedQueue, DropOldestHandsTheOldestBackAndNeverWaits) {
  BoundedQueue<std::unique_ptr<int>, WhenFull::drop_oldest> queue(2);
  EXPECT_FALSE(queue.push(std::make_unique<int>(1)).dropped.has_value());
  EXPECT_FALSE(queue.push(std::make_unique<int>(2)).dropped.has_value());
  auto third = queue.push(std::make_unique<int>(3));
  EXPECT_TRUE(third.accepted);
  ASSERT_TRUE(third.dropped.has_value());
  EXPECT_EQ(**third.dropped, 1);
  EXPECT_EQ(queue.dropped(), 1u);
  EXPECT_EQ(**queue.pop(), 2);
  EXPECT_EQ(**queue.pop(), 3);
}

TEST(BoundedQueue, BlockWaitsForRoomAndLosesNothing) {
  constexpr int kItems = 1000;
  BoundedQueue<int, WhenFull::block> queue(1);
  std::thread pusher([&] {
    for (int i = 0; i < kItems; ++i) ASSERT_TRUE(queue.push(i).accepted);
  });
  for (int i = 0; i < kItems; ++i) ASSERT_EQ(queue.pop(), i);
  pusher.join();
  EXPECT_EQ(queue.size(), 0u);
  EXPECT_EQ(queue.dropped(), 0u);
}

TEST(BoundedQueue, CloseEndsAWaitForAnItem) {
  BoundedQueue<int, WhenFull::block> queue(1);
  auto waiting = std::async(std::launch::async, [&] { return queue.pop(); });
  queue.close();
  EXPECT_EQ(waiting.get(), std::nullopt);
}

TEST(BoundedQueue, CloseEndsAWaitForRoom) {
  BoundedQueue<int, WhenFull::block> queue(1);
  EXPECT_TRUE(queue.push(1).accepted);
  auto waiting = std::async(std::launch::async, [&] { return queue.push(2).accepted; });
  queue.close();
  EXPECT_FALSE(waiting.get());
}

TEST(BoundedQueue, WhatIsInsideAtCloseCanStillBeTaken) {
  BoundedQueue<int, WhenFull::drop_oldest> queue(2);
  queue.push(7);
  queue.close();
  EXPECT_FALSE(queue.push(8).accepted);
  EXPECT_EQ(queue.pop(), 7);
  EXPECT_EQ(queue.pop(), std::nullopt);
}

}  // namespace
}  // namespace lyn
