#include "stages/infer/card_guess.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "stages/infer/card_writer.h"
#include "stages/infer/infer_bench.h"
#include "stages/infer/metadata.h"

namespace lyn {
namespace {

using test::SlicedGraph;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CardGuessOf : public testing::Test {
 protected:
  GraphFacts facts(const SlicedGraph& graph) {
    auto read = read_graph_facts(folder.write("net.onnx", test::sliced_onnx(graph)));
    EXPECT_TRUE(read.ok()) << read.error().text();
    return std::move(*read);
  }
  CardGuess guess(const SlicedGraph& graph, const CardWishes& wishes = {}) {
    auto made = guess_card(facts(graph), wishes, coco);
    EXPECT_TRUE(made.ok()) << made.error().text();
    return made ? std::move(*made) : CardGuess();
  }
  std::string error(const SlicedGraph& graph, const CardWishes& wishes = {}) {
    const auto made = guess_card(facts(graph), wishes, coco);
    return made ? "no error" : made.error().text();
  }
  /// A graph of 64x64 with one output: 84 cells on YOLO's three grids.
  static SlicedGraph one(std::vector<std::int64_t> dims) {
    return {.height = 64, .width = 64, .outputs = {{"output0", std::move(dims)}}};
  }

  test::Folder folder;
  std::vector<std::string> coco = std::vector<std::string>(80, "coco");
};

TEST_F(CardGuessOf, KnowsEachFamilyByItsShapes) {
  EXPECT_EQ(guess(one({84, 7})).card.head, "yolox");
  EXPECT_EQ(guess(one({252, 7})).card.head, "yolov5");
  EXPECT_EQ(guess(one({6, 84})).card.head, "yolov8");
  EXPECT_EQ(guess(one({300, 6})).card.head, "yolov8");
  EXPECT_EQ(guess(one({300, 9})).card.head, "rtdetr");
  EXPECT_EQ(guess({.height = 64, .width = 64, .outputs = {{"dets", {30, 4}}, {"labels", {30, 7}}}}).card.head,
            "rtdetr");
  EXPECT_EQ(
      guess(
          {.height = 64, .width = 64, .outputs = {{"labels", {30}, 7}, {"boxes", {30, 4}, 1, true}, {"scores", {30}}}})
          .card.head,
      "rtdetr");
}

TEST_F(CardGuessOf, TakesNamesSizeAndLicenceFromTheMetadata) {
  SlicedGraph graph = one({6, 84});
  graph.metadata = {{"names", "{0: 'person', 1: \"driver's seat\"}"},
                    {"task", "detect"},
                    {"imgsz", "[64, 64]"},
                    {"license", "AGPL-3.0 License"}};
  const CardGuess made = guess(graph);
  EXPECT_THAT(made.card.labels, ElementsAre("person", "driver's seat"));
  EXPECT_EQ(made.card.licence, "AGPL-3.0 License");
  EXPECT_EQ(made.card.input_width, 64);
  EXPECT_EQ(made.card.pad, PadSide::both);
  EXPECT_EQ(made.card.scale, 1.0F / 255);
  EXPECT_THAT(made.reasons, Contains(HasSubstr("head: yolov8 (outputs \"output0\" [N,6,84]: channels first")));
  EXPECT_THAT(made.reasons, Contains(HasSubstr("labels: 2, from person to driver's seat (names in the metadata)")));
}

TEST_F(CardGuessOf, TellsRowsOfCentresFromRowsOfCornersByTheMetadata) {
  SlicedGraph rows = one({300, 6});
  EXPECT_EQ(guess(rows).card.head, "yolov8");
  rows.metadata = {{"head", "RTDETRDecoder"}, {"task", "detect"}, {"names", "{0: 'cat', 1: 'dog'}"}};
  const CardGuess made = guess(rows);
  EXPECT_EQ(made.card.head, "rtdetr-topk");
  EXPECT_EQ(made.card.pad, PadSide::none);
  EXPECT_THAT(made.card.labels, ElementsAre("cat", "dog"));
}

TEST_F(CardGuessOf, ReadsPoseModelsByTheirMetadata) {
  SlicedGraph graph = one({11, 84});
  graph.metadata = {{"task", "pose"}, {"kpt_shape", "[2, 3]"}, {"names", "{0: 'cow'}"}};
  const CardGuess made = guess(graph);
  EXPECT_EQ(made.card.head, "yolov8-pose");
  EXPECT_EQ(made.card.keypoints, 2);
  EXPECT_EQ(made.card.keypoint_values, 3);
  EXPECT_THAT(made.card.labels, ElementsAre("cow"));
  EXPECT_THAT(made.reasons, Contains(HasSubstr("2 keypoints of 3 values by kpt_shape in the metadata")));
  const auto read = load_model_card(folder.write("card.yaml", card_text(made.card, "net.onnx", "")));
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read->keypoints, 2);

  SlicedGraph chosen = one({30, 10});
  chosen.metadata = {{"task", "pose"}, {"kpt_shape", "[2, 2]"}, {"names", "{0: 'cow'}"}};
  EXPECT_EQ(guess(chosen).card.keypoint_values, 2);
}

TEST_F(CardGuessOf, TakesSeventeenKeypointsForAPoseModelThatSaysNothing) {
  const CardGuess made = guess(one({56, 84}), {"yolo11-pose", {}, ""});
  EXPECT_EQ(made.card.head, "yolo11-pose");
  EXPECT_EQ(made.card.keypoints, 17);
  EXPECT_THAT(made.card.labels, ElementsAre("class_0"));
  EXPECT_THAT(error(one({60, 84}), {"", {"a"}, ""}), HasSubstr("have 56 classes as head yolov8"));
}

TEST_F(CardGuessOf, KnowsSegmentationByItsPrototypes) {
  SlicedGraph graph{.height = 64, .width = 64, .outputs = {{"output0", {38, 84}}, {"output1", {32, 16, 16}}}};
  graph.metadata = {{"task", "segment"}};
  const CardGuess made = guess(graph);
  EXPECT_EQ(made.card.head, "yolov8-seg");
  EXPECT_THAT(made.card.labels, ElementsAre("class_0", "class_1"));
  EXPECT_THAT(made.reasons, Contains(HasSubstr("boxes and 32 prototypes of 16x16")));
  EXPECT_EQ(guess({.height = 64, .width = 64, .outputs = {{"protos", {8, 8, 8}}, {"dets", {12, 14}}}}).card.head,
            "yolov8-seg");
}

TEST_F(CardGuessOf, KnowsClassifiersAndWhetherTheyGiveProbabilities) {
  SlicedGraph graph = one({3});
  const CardGuess made = guess(graph);
  EXPECT_EQ(made.card.head, "classifier");
  EXPECT_EQ(made.card.scores, ScoreKind::logits) << "zeros do not sum to 1";
  EXPECT_THAT(made.card.mean, ElementsAre(0.485F, 0.456F, 0.406F));
  EXPECT_THAT(made.reasons, Contains(HasSubstr("scores: logits (what it says of a black picture")));
  graph.metadata = {{"task", "classify"}, {"names", "{0: 'a', 1: 'b', 2: 'c'}"}};
  const CardGuess theirs = guess(graph);
  EXPECT_THAT(theirs.card.mean, ElementsAre(0, 0, 0));
  EXPECT_THAT(theirs.card.labels, ElementsAre("a", "b", "c"));
  ModelCard card = theirs.card;
  card.scores = ScoreKind::probabilities;
  const auto read = load_model_card(folder.write("card.yaml", card_text(card, "net.onnx", "")));
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read->scores, ScoreKind::probabilities);
}

TEST_F(CardGuessOf, UsesCocoWhereTheNumberFitsAndNumbersWhereNothingDoes) {
  EXPECT_EQ(guess(one({84, 84})).card.labels.size(), 79U);  // a row a cell: YOLOX with 79 classes
  EXPECT_THAT(guess(one({252, 8})).card.labels, ElementsAre("class_0", "class_1", "class_2"));
  EXPECT_EQ(guess(one({252, 85})).card.labels, coco);
}

TEST_F(CardGuessOf, ReadsPixelsAsEachFamilyTrains) {
  const ModelCard yolox = guess(one({84, 7})).card;
  EXPECT_TRUE(yolox.bgr);
  EXPECT_EQ(yolox.pad, PadSide::bottom_right);
  EXPECT_EQ(yolox.scale, 1.0F);
  SlicedGraph bytes = one({6, 84});
  bytes.input_type = 2;
  EXPECT_EQ(guess(bytes).card.scale, 1.0F);
}

TEST_F(CardGuessOf, PutsTheUsersWordFirst) {
  const CardGuess made = guess(one({300, 9}), {"yolov5", {"a", "b", "c", "d"}, "MIT"});
  EXPECT_EQ(made.card.head, "yolov5");
  EXPECT_THAT(made.card.labels, ElementsAre("a", "b", "c", "d"));
  EXPECT_EQ(made.card.licence, "MIT");
}

TEST_F(CardGuessOf, MeasuresSizesThatTheGraphLeavesOpen) {
  // Outputs of a sliced graph are declared; its open batch alone asks for no run, and the size is the graph's.
  const GraphFacts known = facts(one({6, 84}));
  EXPECT_FALSE(known.size_is_open);
  EXPECT_THAT(known.outputs[0].dims, ElementsAre(-1, 6, 84));
  auto read = read_graph_facts(folder.write("tiny.onnx", test::tiny_onnx({.declare_output_shape = false})));
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_THAT(read->outputs[0].dims, ElementsAre(-1, 21, 7));
}

TEST_F(CardGuessOf, IsRefusedWhereNoHeadFits) {
  EXPECT_THAT(error({.height = 64, .width = 64, .outputs = {{"a", {3}}, {"b", {3}}}}),
              HasSubstr("net.onnx: no head gives outputs like \"a\" [N,3], \"b\" [N,3]; name one with --head"));
  SlicedGraph other = one({6, 84});
  other.metadata = {{"task", "obb"}};
  EXPECT_THAT(error(other), HasSubstr("its metadata says task: obb"));
  EXPECT_THAT(error(one({252, 8}), {"", {"a"}, ""}),
              HasSubstr("1 labels, but outputs \"output0\" [N,252,8] have 3 classes"));
  const auto none = read_graph_facts(folder.write("none.onnx", "no graph"));
  ASSERT_FALSE(none.ok());
  EXPECT_THAT(none.error().text(), HasSubstr("none.onnx: cannot be loaded"));
}

TEST_F(CardGuessOf, ReadsBackAsItWasWritten) {
  CardGuess made = guess(one({300, 9}));
  made.card.labels = {"plain", "with \"quotes\"", "back\\slash", "5", "true"};
  made.card.licence = "a: b # c";
  made.card.sha256 = std::string(64, '1');
  const auto read = load_model_card(folder.write("card.yaml", card_text(made.card, "net.onnx", "")));
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read->labels, made.card.labels);
  EXPECT_EQ(read->licence, made.card.licence);
  EXPECT_EQ(read->sha256, made.card.sha256);
  EXPECT_EQ(read->head, "rtdetr");
  EXPECT_EQ(read->scale, made.card.scale);
  EXPECT_EQ(read->pad, made.card.pad);
  EXPECT_EQ(read->pad, PadSide::none) << "as RT-DETR trains";
  EXPECT_EQ(read->pad_value, made.card.pad_value);
  EXPECT_EQ(read->onnx, folder.path("net.onnx"));
}

TEST(NamesInMetadata, AreReadInTheOrderOfTheirNumbers) {
  EXPECT_THAT(names_in_metadata("{0: 'a', 1: 'b'}"), ElementsAre("a", "b"));
  EXPECT_THAT(names_in_metadata("{1: 'b', 0: 'a'}"), ElementsAre("a", "b"));
  EXPECT_THAT(names_in_metadata(R"({0: 'it\'s', 1: "x, y: z}"})"), ElementsAre("it's", "x, y: z}"));
}

TEST(NamesInMetadata, OfAnyOtherFormAreNone) {
  for (const char* text : {"", "{}", "{0: 'a'", "{0 'a'}", "{0: a}", "['a', 'b']", "{0: 'a', 2: 'c'}", "{0: 'a",
                           "{99999999999: 'a'}", "{0: 'a'\\"}) {
    EXPECT_THAT(names_in_metadata(text), IsEmpty()) << text;
  }
}

}  // namespace
}  // namespace lyn
