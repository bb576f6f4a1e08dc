#include "stages/infer/model_card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "stages/infer/infer_bench.h"

namespace lyn {
namespace {

using test::Folder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kGood = R"(onnx: net.onnx
head: yolox
labels: [cat, dog]
input: {width: 416, height: 320}
)";

class ModelCardFile : public testing::Test {
 protected:
  Result<ModelCard> load(const std::string& yaml) { return load_model_card(folder.write("card.yaml", yaml)); }
  /// The error's text after the card's path.
  std::string error(const std::string& yaml) {
    const auto card = load(yaml);
    if (card) return "no error";
    EXPECT_EQ(card.error().kind, ErrorKind::device);
    EXPECT_FALSE(card.error().remedy.empty()) << card.error().what;
    const std::string path = folder.path("card.yaml");
    EXPECT_THAT(card.error().what, StartsWith(path));
    return card.error().what.substr(path.size());
  }
  Folder folder;
};

TEST_F(ModelCardFile, ThatIsShippedReadsAsItsNoticeSays) {
  const auto card = load_model_card((test::models_folder() / "yolox_nano.yaml").string());
  ASSERT_TRUE(card.ok()) << card.error().text();
  EXPECT_EQ(card->head, "yolox");
  EXPECT_EQ(card->labels.size(), 80U);
  EXPECT_EQ(card->labels[0], "person");
  EXPECT_EQ(card->labels[79], "toothbrush");
  EXPECT_EQ(card->input_width, 416);
  EXPECT_EQ(card->input_height, 416);
  EXPECT_TRUE(card->bgr);
  EXPECT_EQ(card->pad, PadSide::bottom_right);
  EXPECT_EQ(card->pad_value, 114);
  EXPECT_FALSE(card->area_resize);
  EXPECT_EQ(card->onnx, (test::models_folder() / "yolox_nano.onnx").string());
  EXPECT_EQ(card->licence, "Apache-2.0");
}

TEST_F(ModelCardFile, FillsInDefaultsAndResolvesPathsBesideItself) {
  const auto card = load(kGood);
  ASSERT_TRUE(card.ok()) << card.error().text();
  EXPECT_THAT(card->labels, ElementsAre("cat", "dog"));
  EXPECT_EQ(card->onnx, folder.path("net.onnx"));
  EXPECT_FALSE(card->bgr);
  EXPECT_EQ(card->scale, 1.0F);
  EXPECT_EQ(card->std[2], 1.0F);
  EXPECT_EQ(card->score, 0.3F);
}

TEST_F(ModelCardFile, ReadsEveryKey) {
  const auto card = load(R"(onnx: /abs/net.onnx
sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
licence: MIT
head: yolox
labels: ["1", cat]
input:
  width: 640
  height: 384
  layout: nchw
  order: bgr
  scale: 0.00392157
  mean: [0.485, 0.456, 0.406]
  std: [0.229, 0.224, 0.225]
  pad: {side: both, value: 0}
  resize: area
score: 0.25
nms: 0.7
)");
  ASSERT_TRUE(card.ok()) << card.error().text();
  EXPECT_EQ(card->onnx, "/abs/net.onnx");
  EXPECT_THAT(card->labels, ElementsAre("1", "cat"));
  EXPECT_EQ(card->scale, 0.00392157F);
  EXPECT_EQ(card->mean[1], 0.456F);
  EXPECT_EQ(card->std[2], 0.225F);
  EXPECT_EQ(card->pad, PadSide::both);
  EXPECT_EQ(card->pad_value, 0);
  EXPECT_TRUE(card->area_resize);
  EXPECT_EQ(card->score, 0.25F);
  EXPECT_EQ(card->nms, 0.7F);
}

TEST_F(ModelCardFile, ReadsLabelsFromAFileWithAnyLineEnds) {
  folder.write("names.txt", "cat\r\nbig dog\r\n\n");
  const auto card = load("onnx: a.onnx\nhead: yolox\nlabels: names.txt\ninput: {width: 32, height: 32}\n");
  ASSERT_TRUE(card.ok()) << card.error().text();
  EXPECT_THAT(card->labels, ElementsAre("cat", "big dog"));
}

TEST_F(ModelCardFile, NamesUnknownAndDuplicateKeysWithTheirPlace) {
  EXPECT_EQ(error(std::string(kGood) + "scoer: 0.3\n"), ":5:1: scoer: unknown key");
  EXPECT_EQ(error(std::string(kGood) + "head: yolox\n"), ":5:1: head: duplicate key");
  EXPECT_EQ(error("onnx: a\nhead: yolox\nlabels: [a]\ninput: {width: 32, widht: 3}\n"),
            ":4:20: input.widht: unknown key");
  EXPECT_EQ(error("onnx: a\nhead: yolox\nlabels: [a]\ninput: {width: 32, height: 32, pad: {size: 3}}\n"),
            ":4:38: input.pad.size: unknown key");
}

TEST_F(ModelCardFile, NamesWrongTypesWithTheirPlace) {
  EXPECT_EQ(error("onnx: 5\n"), ":1:7: onnx: must be text");
  EXPECT_EQ(error("onnx: a\nhead: null\n"), ":2:7: head: must be text");
  EXPECT_EQ(error("onnx: a\nhead: yolox\nscore: \"0.3\"\n"), ":3:8: score: must be a number");
  EXPECT_EQ(error("onnx: a\nhead: yolox\nscore: high\n"), ":3:8: score: must be a number");
  EXPECT_EQ(error("onnx: a\nhead: yolox\ninput: 416\n"), ":3:8: input: must be a map of keys");
  EXPECT_EQ(error("onnx: a\nhead: yolox\ninput: {width: 32, height: 32}\nlabels: [1, cat]\n"),
            ":4:10: labels: a label must be text");
  EXPECT_EQ(error("onnx: a\nhead: yolox\ninput: {width: 32, height: 32, mean: [0, 0]}\n"),
            ":3:38: input.mean: must be a list of three numbers");
}

TEST_F(ModelCardFile, NamesImpossibleValues) {
  EXPECT_EQ(error("onnx: a\nhead: yolox\nscore: 1.5\n"), ":3:8: score: 1.5 is out of range");
  EXPECT_EQ(error("onnx: a\nhead: yolox\ninput: {width: 0, height: 1}\n"), ":3:16: input.width: 0 cannot be");
  EXPECT_EQ(error("onnx: a\nhead: yolox\ninput: {width: 4.5, height: 1}\n"), ":3:16: input.width: 4.5 cannot be");
  EXPECT_EQ(error("onnx: a\nhead: yolox\ninput: {width: 32, height: 32, layout: hwcn}\n"),
            ":3:40: input.layout: \"hwcn\" is not known");
  EXPECT_EQ(error("onnx: a\nhead: yolox\ninput: {width: 32, height: 32, std: [1, 0, 1]}\n"),
            ":3:37: input.std: must be above 0");
  EXPECT_THAT(error("onnx: a\nhead: yolox\nsha256: XYZ\n"), HasSubstr("sha256: must be 64 hexadecimal digits"));
}

TEST_F(ModelCardFile, SaysTheScoresOfClassifiersAndOfNoOthers) {
  const std::string plain = "onnx: a.onnx\nhead: classifier\nlabels: [a]\ninput: {width: 32, height: 32}\n";
  EXPECT_EQ(load(plain)->scores, ScoreKind::logits);
  EXPECT_EQ(load(plain + "scores: probabilities\n")->scores, ScoreKind::probabilities);
  EXPECT_EQ(error(plain + "scores: percent\n"), ":5:9: scores: \"percent\" is not known");
  EXPECT_EQ(error(std::string(kGood) + "scores: logits\n"), ":5:9: scores: is not for head yolox");
}

TEST_F(ModelCardFile, SaysTheKeypointsOfPoseHeadsAndOfNoOthers) {
  const std::string pose = "onnx: a.onnx\nhead: yolov8-pose\nlabels: [a]\ninput: {width: 32, height: 32}\n";
  const auto card = load(pose + "keypoints: {count: 17, values: 2}\n");
  ASSERT_TRUE(card.ok()) << card.error().text();
  EXPECT_EQ(card->keypoints, 17);
  EXPECT_EQ(card->keypoint_values, 2);
  EXPECT_EQ(load(pose + "keypoints: {count: 5}\n")->keypoint_values, 3);
  EXPECT_EQ(error(pose), ":1:1: keypoints: is missing");
  EXPECT_THAT(error(pose + "keypoints: {count: 0}\n"), testing::StartsWith(":5:20: keypoints.count: "));
  EXPECT_THAT(error(pose + "keypoints: 17\n"), testing::StartsWith(":5:12: keypoints: "));
  EXPECT_EQ(error(std::string(kGood) + "keypoints: {count: 17}\n"), ":5:12: keypoints: is not for head yolox");
}

TEST_F(ModelCardFile, TakesKeysOfAHeadForThatHeadOnly) {
  const auto card = load("onnx: a.onnx\nhead: rtdetr\nlabels: [a]\ninput: {width: 32, height: 32}\nboxes: pixels\n");
  ASSERT_TRUE(card.ok()) << card.error().text();
  EXPECT_EQ(card->boxes, BoxUnit::pixels);
  EXPECT_EQ(error(std::string(kGood) + "boxes: pixels\n"), ":5:8: boxes: is not for head yolox");
  EXPECT_EQ(error("onnx: a\nhead: dfine\nlabels: [a]\ninput: {width: 32, height: 32}\nboxes: metres\n"),
            ":5:8: boxes: \"metres\" is not known");
}

TEST_F(ModelCardFile, NamesWhatIsMissing) {
  EXPECT_EQ(error("head: yolox\n"), ":1:1: onnx: is missing");
  EXPECT_EQ(error("onnx: a\nhead: yolox\nlabels: [a]\n"), ":1:1: input: is missing");
  EXPECT_EQ(error("onnx: a\nhead: yolox\nlabels: [a]\ninput: {width: 3}\n"), ":4:8: input.height: is missing");
  EXPECT_EQ(error("onnx: a\nhead: yolox\ninput: {width: 32, height: 32}\n"), ":1:1: labels: is missing");
}

TEST_F(ModelCardFile, RefusesWhatIsNoCard) {
  EXPECT_EQ(error(""), ":1:1: the card is empty");
  EXPECT_EQ(error("- a\n- b\n"), ":1:1: a card is a map of keys");
  EXPECT_THAT(error("onnx: [a\n"), HasSubstr("not YAML"));
  EXPECT_THAT(error(std::string("\x08\x07\x12\x00\xff\xfe", 6)), HasSubstr(":"));
  EXPECT_THAT(error(std::string(2'000'000, 'x')), HasSubstr("larger than 1 MiB"));
}

TEST_F(ModelCardFile, NamesFilesThatCannotBeRead) {
  const auto missing = load_model_card(folder.path("none.yaml"));
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().what, folder.path("none.yaml") + ": cannot be read: No such file or directory");
  const auto directory = load_model_card(folder.path(""));
  ASSERT_FALSE(directory.ok());
  EXPECT_THAT(directory.error().what, HasSubstr("it is a directory"));
  const auto labels = load("onnx: a\nhead: yolox\ninput: {width: 32, height: 32}\nlabels: none.names\n");
  ASSERT_FALSE(labels.ok());
  EXPECT_THAT(labels.error().what, HasSubstr("none.names: cannot be read (`labels` of "));
}

TEST_F(ModelCardFile, RefusesABlankLineAmongLabels) {
  folder.write("names.txt", "cat\n\ndog\n");
  const auto card = load("onnx: a\nhead: yolox\ninput: {width: 32, height: 32}\nlabels: names.txt\n");
  ASSERT_FALSE(card.ok());
  EXPECT_EQ(card.error().what, folder.path("names.txt") + ":2:1: a line without a label");
}

}  // namespace
}  // namespace lyn
