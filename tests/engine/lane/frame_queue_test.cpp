#include "engine/lane/frame_queue.h"

#include <gtest/gtest.h>

namespace lyn {
namespace {

TEST(FrameQueue, KeepsOrderAndTicketsAroundTheRing) {
  FrameQueue queue(3);
  for (std::uint64_t index = 0; index < 10; ++index) {
    LaneFrame& frame = queue.push();
    frame.index = index;
    EXPECT_EQ(&queue.by_ticket(queue.ticket_of(frame)), &frame);
    if (queue.full()) {
      EXPECT_EQ(queue.front().index, index - 2);
      queue.pop();
    }
  }
  EXPECT_EQ(queue.size(), 2U);
  EXPECT_EQ(queue.at(0).index, 8U);
  EXPECT_EQ(queue.at(1).index, 9U);
}

TEST(FrameQueue, LetsThePictureGoWithTheFrame) {
  FrameQueue queue(1);
  auto lease = std::make_shared<int>(0);
  queue.push().frame.image.lease = lease;
  EXPECT_EQ(lease.use_count(), 2);
  queue.pop();
  EXPECT_EQ(lease.use_count(), 1);
}

}  // namespace
}  // namespace lyn
