#include "engine/models/slot_shares.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace lyn {
namespace {

using testing::ElementsAre;

struct Camera {
  std::string name;
  double weight = 1;
  int asks_each_round = 1;  ///< frames that come between two free slots
  int served = 0;
};

class SlotSharesTest : public testing::Test {
 protected:
  /// The model frees `slots` a round; in each round every camera asks for its frames, in the order given.
  void rounds(int count, std::size_t slots, std::vector<Camera*> cameras) {
    for (int i = 0; i < count; ++i) {
      std::size_t free = slots;
      shares_.tell_due(free, [&](Camera& camera) { ask(camera, free); });
      for (Camera* camera : cameras) {
        for (int frame = 0; frame < camera->asks_each_round; ++frame) ask(*camera, free);
      }
    }
  }
  void ask(Camera& camera, std::size_t& free) {
    if (!shares_.take(&camera, camera.weight, free)) return;
    ++camera.served;
    --free;
  }
  std::vector<std::string> due(std::size_t free) {
    std::vector<std::string> names;
    shares_.tell_due(free, [&](Camera& camera) { names.push_back(camera.name); });
    return names;
  }

  SlotShares<Camera> shares_;
  Camera a_{"a"}, b_{"b"}, c_{"c"};
};

TEST_F(SlotSharesTest, EverybodyTakesWhileThereAreSlots) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(shares_.take(&a_, 1, 2));
    EXPECT_TRUE(shares_.take(&b_, 1, 1));
  }
}

TEST_F(SlotSharesTest, TheOneWhoAsksMostDoesNotStarveTheOthers) {
  a_.asks_each_round = 50;
  rounds(300, 1, {&a_, &b_, &c_});
  EXPECT_NEAR(a_.served, 100, 2);
  EXPECT_NEAR(b_.served, 100, 2);
  EXPECT_NEAR(c_.served, 100, 2);
}

TEST_F(SlotSharesTest, SharesAreByWeight) {
  a_.weight = 3;
  b_.weight = 0.5;
  rounds(450, 1, {&b_, &a_, &c_});
  EXPECT_NEAR(a_.served, 300, 3);
  EXPECT_NEAR(c_.served, 100, 3);
  EXPECT_NEAR(b_.served, 50, 3);
}

TEST_F(SlotSharesTest, ASlowCameraGetsAllItsFramesWhereItsShareIsLargeEnough) {
  for (int second = 0; second < 100; ++second) {
    rounds(9, 1, {&a_, &b_});  // these two want every slot
    rounds(1, 1, {&c_, &a_, &b_});
  }
  rounds(3, 1, {});  // its last frame may still wait, behind the two others
  EXPECT_EQ(c_.served, 100);
}

TEST_F(SlotSharesTest, WhoWasAwayHasNothingSavedUp) {
  rounds(1000, 1, {&a_});
  rounds(100, 1, {&a_, &b_});
  EXPECT_NEAR(b_.served, 50, 2);
}

TEST_F(SlotSharesTest, ASlotThatSomebodyWaitsForIsNotTakenByAnother) {
  EXPECT_TRUE(shares_.take(&a_, 1, 1));
  EXPECT_FALSE(shares_.take(&b_, 1, 0));
  EXPECT_FALSE(shares_.take(&a_, 1, 1)) << "it is b's";
  EXPECT_TRUE(shares_.take(&a_, 1, 2)) << "one is b's, one is left";
  EXPECT_TRUE(shares_.take(&b_, 1, 1));
}

TEST_F(SlotSharesTest, TellsThoseWhomTheSlotsAreEnoughForOnce) {
  EXPECT_FALSE(shares_.take(&a_, 1, 0));
  EXPECT_FALSE(shares_.take(&b_, 1, 0));
  EXPECT_FALSE(shares_.take(&c_, 1, 0));
  EXPECT_THAT(due(0), ElementsAre());
  EXPECT_THAT(due(1), ElementsAre("a"));
  EXPECT_THAT(due(2), ElementsAre("b")) << "a was told";
  EXPECT_TRUE(shares_.take(&a_, 1, 2));
  EXPECT_FALSE(shares_.take(&a_, 1, 0));
  EXPECT_THAT(due(3), ElementsAre("a", "c"));
}

TEST_F(SlotSharesTest, WhoLeftIsNotWaitedFor) {
  EXPECT_FALSE(shares_.take(&a_, 1, 0));
  EXPECT_FALSE(shares_.take(&b_, 1, 1)) << "a is before it";
  shares_.remove(&a_);
  EXPECT_THAT(due(1), ElementsAre("b"));
  EXPECT_TRUE(shares_.take(&b_, 1, 1));
}

}  // namespace
}  // namespace lyn
