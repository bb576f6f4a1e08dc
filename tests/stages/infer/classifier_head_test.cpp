#include <gmock/gmock.h>

#include "stages/infer/head_bench.h"

namespace lyn {
namespace {

using test::SlicedOutput;
using testing::HasSubstr;

class ClassifierHead : public test::HeadBench {
 protected:
  ModelCard card(std::vector<std::int64_t> dims, ScoreKind scores, int type = 1) {
    ModelCard made =
        sliced_card({.outputs = {SlicedOutput{"output0", std::move(dims), type}}}, "classifier", {"cat", "dog", "cow"});
    made.scores = scores;
    return made;
  }
};

TEST_F(ClassifierHead, TurnsLogitsIntoScoresThatSumToOne) {
  open(card({3}, ScoreKind::logits));
  run({{0.0F, 0.6931472F, 0.0F}, {1.3862944F, 0.0F, 0.0F}});  // ln 2; ln 4
  const Findings found = head->found(0);
  EXPECT_TRUE(found.classified);
  EXPECT_TRUE(found.boxes.empty());
  ASSERT_EQ(found.classes.size(), 3U);
  EXPECT_EQ(found.classes[0].class_id, 1);
  EXPECT_NEAR(found.classes[0].score, 0.5, 1e-6);
  EXPECT_NEAR(found.classes[1].score, 0.25, 1e-6);
  EXPECT_EQ(head->found(1).classes[0].class_id, 0);
  EXPECT_NEAR(head->found(1).classes[0].score, 4.0 / 6, 1e-6);
}

TEST_F(ClassifierHead, TakesProbabilitiesOfHalfPrecisionAndTrailingOnes) {
  open(card({3, 1, 1}, ScoreKind::probabilities, 10));
  run({{0.25F, 0.125F, 0.625F}});
  EXPECT_EQ(head->found(0).classes[0].class_id, 2);
  EXPECT_EQ(head->found(0).classes[0].score, 0.625F);
}

TEST_F(ClassifierHead, CopiesSoManyBytesASlot) {
  open(card({3}, ScoreKind::logits));
  const auto before = device->ledger().bytes(Reason::classes);
  run({{1, 2, 3}, {1, 2, 3}});
  EXPECT_EQ(device->ledger().bytes(Reason::classes) - before, 2U * (4 + 5 * 8));
}

TEST_F(ClassifierHead, RefusesWhatIsNoListOfItsClasses) {
  EXPECT_THAT(error(card({4}, ScoreKind::logits)), HasSubstr("3 labels, but output \"output0\" [N,4] has 4 classes"));
  EXPECT_THAT(error(card({3, 5}, ScoreKind::logits)), HasSubstr("[N,3,5] is not [N,classes]"));
}

}  // namespace
}  // namespace lyn
