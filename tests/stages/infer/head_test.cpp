#include "stages/infer/head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "kernels/nms.h"
#include "stages/infer/head_bench.h"

namespace lyn {
namespace {

using testing::HasSubstr;

constexpr std::size_t kColumns = 7;  // 5 and two classes

/// A detection that the tiny model is told to find: an anchor's row.
struct Found {
  std::size_t anchor;
  std::vector<float> row;
};

class YoloxHeadStage : public test::HeadBench {
 protected:
  void open(const HeadOptions& options = {}, int max_batch = 4) { open(tiny_card(), options, max_batch); }
  void open(const ModelCard& card, const HeadOptions& options, int max_batch) {
    slot_elements = 3 * static_cast<std::size_t>(card.input_width) * static_cast<std::size_t>(card.input_height);
    HeadBench::open(card, options, max_batch);
  }
  void run(const std::vector<std::vector<Found>>& slots) {
    std::vector<float> values(slots.size() * slot_elements, 0.0F);
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
      for (const Found& found : slots[slot]) {
        std::ranges::copy(found.row,
                          values.begin() + static_cast<std::ptrdiff_t>(slot * slot_elements + found.anchor * kColumns));
      }
    }
    run_on(values, static_cast<int>(slots.size()));
  }
  std::string error(ModelCard card, const test::TinyGraph& graph = {}) {
    card.onnx = folder.write("tiny.onnx", tiny_onnx(graph));
    return HeadBench::error(card);
  }

  std::size_t slot_elements = 0;
};

TEST_F(YoloxHeadStage, GivesTheBoxesOfEachSlotByFallingScore) {
  open();
  run({{{0, {0.5F, 0.5F, 0, 0, 0.8F, 0.5F, 0.0F}}, {20, {0.5F, 0.5F, 0, 0, 1.0F, 0.0F, 0.9F}}},
       {},
       {{5, {0.5F, 0.5F, 0, 0, 1.0F, 0.75F, 0.25F}}}});
  ASSERT_EQ(head->boxes(0).size(), 2U);
  EXPECT_EQ(head->boxes(0)[0].box, (Box{0, 0, 32, 32}));
  EXPECT_EQ(head->boxes(0)[0].class_id, 1);
  EXPECT_NEAR(head->boxes(0)[0].score, 0.9F, 1e-6);
  EXPECT_EQ(head->boxes(0)[1].box, (Box{0, 0, 8, 8}));
  EXPECT_TRUE(head->boxes(1).empty());
  ASSERT_EQ(head->boxes(2).size(), 1U);
  EXPECT_EQ(head->boxes(2)[0].box, (Box{8, 8, 16, 16}));
}

TEST_F(YoloxHeadStage, LeavesNothingOfTheBatchBefore) {
  open();
  const Found found{0, {0.5F, 0.5F, 0, 0, 1.0F, 0.5F, 0.0F}};
  run({{found}, {found}});
  run({{}, {found}});
  EXPECT_TRUE(head->boxes(0).empty());
  EXPECT_EQ(head->boxes(1).size(), 1U);
}

TEST_F(YoloxHeadStage, KeepsFromTheFloorUpAndSuppressesAboveTheIoU) {
  open({.floor = 0.4F, .nms = 0.3F});
  // Two cells side by side with boxes of two cells: IoU is one third.
  const float log2 = 0.6931472F;
  const Found left{0, {0.5F, 0.5F, log2, 0, 1.0F, 0.6F, 0}};
  const Found right{1, {0.5F, 0.5F, log2, 0, 1.0F, 0.5F, 0}};
  const Found faint{15, {0.5F, 0.5F, 0, 0, 1.0F, 0.39F, 0}};
  run({{left, right, faint}});
  ASSERT_EQ(head->boxes(0).size(), 1U);
  EXPECT_NEAR(head->boxes(0)[0].score, 0.6F, 1e-6);
}

TEST_F(YoloxHeadStage, CopiesHalfAKilobyteAFrameAndNothingElse) {
  open();
  const auto before = device->ledger().bytes(Reason::boxes);
  run({{}, {{0, {0.5F, 0.5F, 0, 0, 1.0F, 0.5F, 0.0F}}}, {}});
  EXPECT_EQ(device->ledger().bytes(Reason::boxes) - before, 3U * (8 + 16 * kFirstBoxes));
  EXPECT_EQ(device->ledger().host_pixel_bytes(), 0U);
}

TEST_F(YoloxHeadStage, CopiesTheRestOfSlotsThatHaveMore) {
  // 64 of the 84 anchors of a 64x64 input speak: the grid of stride 8, side by side.
  const test::TinyGraph graph{.height = 64, .width = 64, .output_rows = 84};
  ModelCard card = tiny_card(graph);
  card.input_width = card.input_height = 64;
  open(card, {}, 4);
  std::vector<Found> crowd;
  for (std::size_t i = 0; i < 64; ++i) {
    crowd.push_back({i, {0.5F, 0.5F, 0, 0, 1.0F, 0.9F - 0.01F * static_cast<float>(i), 0.0F}});
  }
  const auto before = device->ledger().bytes(Reason::boxes);
  run({{}, crowd, {crowd[9]}});
  EXPECT_EQ(device->ledger().bytes(Reason::boxes) - before, 3U * (8 + 16 * kFirstBoxes) + 16U * (64 - kFirstBoxes));
  EXPECT_TRUE(head->boxes(0).empty());
  ASSERT_EQ(head->boxes(1).size(), 64U);
  for (std::size_t i = 0; i < 64; ++i) {
    const auto x = static_cast<float>(i % 8 * 8);
    const auto y = static_cast<float>(i / 8 * 8);
    EXPECT_EQ(head->boxes(1)[i].box, (Box{x, y, x + 8, y + 8})) << i;
    EXPECT_NEAR(head->boxes(1)[i].score, 0.9 - 0.01 * static_cast<double>(i), 1e-6) << i;
  }
  EXPECT_EQ(head->boxes(2).size(), 1U);
}

TEST_F(YoloxHeadStage, FindsNothingInAPlainGreyPicture) {
  const auto card = load_model_card((test::models_folder() / "yolox_nano.yaml").string());
  ASSERT_TRUE(card.ok()) << card.error().text();
  auto nano = make_cpu_session(*device, *card, {1, 8});
  ASSERT_TRUE(nano.ok()) << nano.error().text();
  auto nano_head = make_head(*device, *card, **nano, {.floor = 0.3F});
  ASSERT_TRUE(nano_head.ok()) << nano_head.error().text();
  const Buffer slot = upload(std::vector<float>(3 * 416 * 416, 114.0F));
  ASSERT_TRUE((*nano)->run(*stream, slot.address(), 1).ok());
  ASSERT_TRUE((*nano_head)->run(*stream, **nano, 1).ok());
  ASSERT_TRUE((*nano_head)->finish(*stream, 1).ok());
  EXPECT_TRUE((*nano_head)->boxes(0).empty());
}

TEST_F(YoloxHeadStage, RefusesLabelsThatAreNotTheGraphsClasses) {
  ModelCard card = tiny_card();
  card.labels = {"cat", "dog", "cow"};
  EXPECT_THAT(error(card), HasSubstr("labels does not fit"));
  EXPECT_THAT(error(card), HasSubstr("3 labels, but output \"output\" [N,21,7] has 2 classes"));
}

TEST_F(YoloxHeadStage, RefusesAnOutputThatIsNotYolox) {
  EXPECT_THAT(error(tiny_card(), {.output_rows = 20}), HasSubstr("[N,20,7] is not [N,21,5+classes]"));
  ModelCard card = tiny_card();
  card.input_width = 40;
  EXPECT_THAT(error(card, {.width = 40}), HasSubstr("multiples of 32"));
}

TEST_F(YoloxHeadStage, RefusesAHeadNobodyKnows) {
  ModelCard card = tiny_card();
  card.head = "yolo9000";
  EXPECT_THAT(error(card), HasSubstr("tiny.yaml: head \"yolo9000\" is not known; known are yolox, yolov5"));
}

}  // namespace
}  // namespace lyn
