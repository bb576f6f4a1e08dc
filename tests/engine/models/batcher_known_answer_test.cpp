#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "engine/models/batcher_rig.h"

namespace lyn {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Sees one box in each slot, whose score the test sets.
class OneBox final : public Head {
 public:
  explicit OneBox(const std::atomic<float>& score) : score_(score) {}
  Status run(Stream&, const InferenceSession&, int) override { return {}; }
  Status finish(Stream& stream, int) override { return stream.synchronize(); }
  Findings found(int) const override {
    box_ = {{10, 10, 50, 50}, 1, score_};
    return {.boxes = {&box_, 1}};
  }

 private:
  const std::atomic<float>& score_;
  mutable Detection box_;
};

class KnownAnswerTest : public BatcherTest {
 protected:
  /// Batches of four; the picture is asked about each minute.
  void make_asking(const Clock& clock) {
    InputSpec input;
    input.width = 2;
    input.height = 2;
    ASSERT_LE(input.slot_bytes(), kSlotBytes);
    known_ = std::make_unique<KnownAnswer>(KnownAnswer::Setup{*device_, std::make_unique<OneBox>(score_), input,
                                                              "model.yaml", seconds(60), tally_, clock});
    make(4, 16, milliseconds(20), clock);
  }
  void TearDown() override { batcher_.reset(); }
  /// One live frame, answered.
  void one_frame(bool live = true) {
    SlotGroup& slots = group(live);
    submit(slots, client_, ticket_++);
    batcher_->flush(slots);
    ASSERT_EQ(client_.wait_for_answers(ticket_).size(), ticket_);
  }
  /// Whole batches one after the other, so that the one before is done with when this returns.
  void pass(milliseconds time) {
    clock_.advance(time);
    one_frame();
  }

  std::atomic<float> score_{0.5F};
  KnownAnswerTally tally_;
  FakeClient client_;
  std::size_t ticket_ = 0;
};

TEST_F(KnownAnswerTest, RidesInASpareSlotOnceItsTimeHasCome) {
  make_asking(clock_);
  EXPECT_EQ(runs_, std::vector<int>{1}) << "what it says when it is loaded";
  pass(seconds(59));
  EXPECT_EQ(tally_.asked, 0U);
  pass(seconds(1));
  pass(seconds(1));
  EXPECT_EQ(runs_, (std::vector<int>{1, 1, 2, 1}));
  EXPECT_EQ(tally_.asked, 1U);
  EXPECT_EQ(tally_.wrong, 0U);
  EXPECT_EQ(client_.wait_for_answers(3), (std::vector<FakeClient::Answer>{{0, 1}, {1, 1}, {2, 1}}))
      << "cameras hear nothing of it";
}

TEST_F(KnownAnswerTest, IsAskedAloneWhereNoSlotIsSpareForATenthOfItsTime) {
  make_asking(clock_);
  SlotGroup& live = group(true);
  const auto full = [&] {
    for (int i = 0; i < 4; ++i) submit(live, client_, ticket_++);
    EXPECT_EQ(client_.wait_for_answers(ticket_).size(), ticket_);
  };
  clock_.advance(seconds(60));
  full();
  EXPECT_EQ(tally_.asked, 0U) << "it waits for a slot";
  clock_.advance(seconds(6));
  full();
  pass(seconds(1));
  EXPECT_EQ(tally_.asked, 1U);
  EXPECT_EQ(std::count(runs_.begin(), runs_.end(), 4), 2) << "batches stay as they are";
}

TEST_F(KnownAnswerTest, IsNeverInABatchOfAFile) {
  make_asking(clock_);
  clock_.advance(seconds(60));
  one_frame(false);
  EXPECT_EQ(runs_, (std::vector<int>{1, 1, 1}));
  EXPECT_EQ(tally_.asked, 1U);
}

TEST_F(KnownAnswerTest, CountsWrongAnswersUntilTheyAreRightAgain) {
  make_asking(clock_);
  score_ = 0.4F;
  pass(seconds(60));
  pass(seconds(60));
  EXPECT_EQ(tally_.wrong, 2U);
  EXPECT_EQ(tally_.wrong_now, 1);
  score_ = 0.52F;
  pass(seconds(60));
  EXPECT_EQ(tally_.asked, 3U);
  EXPECT_EQ(tally_.wrong, 2U);
  EXPECT_EQ(tally_.wrong_now, 0);
}

TEST_F(KnownAnswerTest, IsNotAskedWhereNobodyWantsIt) {
  make(4, 16, milliseconds(20), clock_);
  pass(std::chrono::hours(1));
  EXPECT_EQ(runs_, std::vector<int>{1});
}

}  // namespace
}  // namespace lyn
