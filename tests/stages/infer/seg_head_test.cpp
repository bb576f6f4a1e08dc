#include <gmock/gmock.h>

#include "stages/infer/head_bench.h"

namespace lyn {
namespace {

using test::SlicedOutput;
using testing::HasSubstr;

/// Slots of 64x64, prototypes of 8x8: a cell is 8 pixels wide.
class SegHead : public test::HeadBench {
 protected:
  ModelCard card(std::vector<SlicedOutput> outputs, std::vector<std::string> labels = {"cat", "dog"}) {
    return sliced_card({.outputs = std::move(outputs)}, "yolov8-seg", std::move(labels));
  }
  /// Rows of # and . of a mask.
  static std::string drawn(const Mask& mask) {
    std::string text;
    for (int row = 0; row < mask.rows; ++row) {
      for (int column = 0; column < mask.columns; ++column) text += mask.at(column, row) ? '#' : '.';
      text += '\n';
    }
    return text;
  }
  /// Two prototypes: the number of the column less 3.5; the number of the row less 3.5.
  static void append_prototypes(std::vector<float>& values) {
    for (int row = 0; row < 8; ++row) {
      for (int column = 0; column < 8; ++column) values.push_back(static_cast<float>(column) - 3.5F);
    }
    for (int row = 0; row < 8; ++row) {
      for (int column = 0; column < 8; ++column) values.push_back(static_cast<float>(row) - 3.5F);
    }
  }
};

/// [channels][anchors] from rows of an anchor each.
std::vector<float> channel_major(const std::vector<std::vector<float>>& anchors) {
  std::vector<float> values;
  for (std::size_t c = 0; c < anchors[0].size(); ++c) {
    for (const auto& anchor : anchors) values.push_back(anchor[c]);
  }
  return values;
}

TEST_F(SegHead, CutsTheSumOfPrototypesToTheBox) {
  open(card({{"output0", {8, 3}}, {"output1", {2, 8, 8}}}));
  std::vector<float> values = channel_major({{32, 32, 64, 64, 0.5F, 0, 1, 0},    // right half
                                             {32, 20, 33, 24, 0, 0.75F, 0, -1},  // upper half, cells 2..6 by 1..3
                                             {33, 20, 33, 24, 0, 0.5F, 1, 1}});  // suppressed
  append_prototypes(values);
  run({values});
  ASSERT_EQ(head->boxes(0).size(), 2U);
  const auto masks = head->found(0).masks;
  ASSERT_EQ(masks.size(), 2U);
  // 15.5 / 8 to 48.5 / 8 is 1.94 to 6.06: cells 2 to 6. 8 / 8 to 32 / 8: cells 1 to 3.
  EXPECT_EQ(masks[0].area, (Box{16, 8, 56, 32}));
  EXPECT_EQ(drawn(masks[0]), "#####\n#####\n#####\n");
  EXPECT_EQ(masks[1].area, (Box{0, 0, 64, 64}));
  EXPECT_EQ(drawn(masks[1]), "....####\n....####\n....####\n....####\n....####\n....####\n....####\n....####\n");
}

TEST_F(SegHead, KeepsTheMasksOfEachSlotApart) {
  open(card({{"output0", {8, 1}}, {"output1", {2, 8, 8}}}));
  std::vector<float> first = channel_major({{8, 32, 16, 16, 0.5F, 0, 0, 1}});
  std::vector<float> second = channel_major({{32, 8, 16, 16, 0.5F, 0, -1, 0}});
  append_prototypes(first);
  append_prototypes(second);
  run({first, second});
  EXPECT_EQ(drawn(head->found(0).masks[0]), "..\n##\n");
  EXPECT_EQ(head->found(1).masks[0].area, (Box{24, 0, 40, 16}));
  EXPECT_EQ(drawn(head->found(1).masks[0]), "#.\n#.\n");
}

TEST_F(SegHead, ReadsRowsThatTheGraphHasChosenAndOutputsInEitherOrder) {
  open(card({{"protos", {2, 8, 8}, 10}, {"dets", {2, 8}}}));
  std::vector<float> values;
  append_prototypes(values);
  for (const float value : {0.0F, 24.0F, 16.0F, 40.0F, 0.5F, 1.0F, 0.0F, 1.0F}) values.push_back(value);
  run({values});
  ASSERT_EQ(head->boxes(0).size(), 1U);
  expect_box(head->boxes(0)[0], {0, 24, 16, 40}, 1, 0.5);
  EXPECT_EQ(drawn(head->found(0).masks[0]), "..\n##\n");
}

TEST_F(SegHead, CopiesTheWordsOfMasksAndNothingWhereThereIsNone) {
  open(card({{"output0", {8, 2}}, {"output1", {2, 8, 8}}}));
  const auto before = device->ledger().bytes(Reason::masks);
  std::vector<float> values = channel_major({{32, 32, 64, 64, 0, 0, 1, 0}, {32, 20, 33, 24, 0, 0, 0, 1}});
  append_prototypes(values);
  run({values});
  EXPECT_TRUE(head->found(0).masks.empty());
  EXPECT_EQ(device->ledger().bytes(Reason::masks), before);
  values[8] = 0.5F;   // class 0 of the first anchor: 64 cells
  values[11] = 0.5F;  // class 1 of the second: 15 cells
  run({values});
  EXPECT_EQ(device->ledger().bytes(Reason::masks) - before, 4U * (2 + 1));
}

TEST_F(SegHead, RefusesOutputsThatAreNoBoxesAndPrototypes) {
  EXPECT_THAT(error(card({{"a", {8, 3}}})), HasSubstr("it has 1 output and not 2"));
  EXPECT_THAT(error(card({{"a", {8, 3}}, {"b", {8, 3}}})),
              HasSubstr("it takes boxes of three dimensions and prototypes [N,P,rows,columns]"));
  EXPECT_THAT(error(card({{"a", {8, 3}}, {"b", {2, 8, 8}}}, {"cat"})),
              HasSubstr("[N,8,3] is neither 7 channels (box, 1 classes, 2 coefficients) nor rows of 8"));
}

}  // namespace
}  // namespace lyn
