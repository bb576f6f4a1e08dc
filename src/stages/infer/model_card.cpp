#include "stages/infer/model_card.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/out_of_memory.h"
#include "stages/infer/card_yaml.h"

namespace lyn {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostCardBytes = std::size_t{1} << 20U;
constexpr int kLargestInput = 8192;
constexpr int kMostKeypoints = 200;

/// The whole file; an Error that names it and, in `named_by`, who asked for it.
Result<std::string> read_small_file(const std::string& path, const std::string& named_by) {
  std::error_code ignored;
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file || fs::is_directory(path, ignored)) {
    const char* cause = fs::is_directory(path, ignored) ? "it is a directory" : std::strerror(errno);
    return Error{ErrorKind::device, path + ": cannot be read" + named_by + ": " + cause, "check the path"};
  }
  std::string text(kMostCardBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() <= kMostCardBytes) return text;
  return Error{ErrorKind::device, path + ": larger than 1 MiB" + named_by, "name the card (YAML), not the graph"};
}

std::string beside(const std::string& card, const std::string& path) {
  return fs::path(path).is_absolute() ? path : (fs::path(card).parent_path() / path).string();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string line = text.substr(begin, end - begin);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines.push_back(std::move(line));
    begin = end + 1;
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

Result<std::vector<std::string>> labels_from_file(const std::string& path, const std::string& named_by) {
  LYN_TRY(const std::string text, read_small_file(path, named_by));
  auto labels = lines_of(text);
  const auto blank = std::ranges::find(labels, std::string());
  if (!labels.empty() && blank == labels.end()) return labels;
  const auto line = std::to_string(blank - labels.begin() + 1);
  return Error{ErrorKind::device, path + ":" + line + ":1: a line without a label", "write one label a line"};
}

Status read_labels(card::Reader& reader, const YAML::Node& root, ModelCard& card) {
  const YAML::Node node = root["labels"];
  if (!node.IsDefined() || reader.error()) return {};
  if (card::is_text(node)) {
    LYN_TRY(card.labels, labels_from_file(beside(card.path, node.Scalar()), " (`labels` of " + card.path + ")"));
    return {};
  }
  if (!node.IsSequence() || node.size() == 0) {
    reader.fail(node.Mark(), "labels", "must be a file name or a list of names", "see models/README.md");
    return {};
  }
  for (const auto& label : node) {
    if (!card::is_text(label)) reader.fail(label.Mark(), "labels", "a label must be text", "put it in quotes");
    card.labels.push_back(label.IsScalar() ? label.Scalar() : "");
  }
  return {};
}

void read_pad(card::Reader& reader, const YAML::Node& input, ModelCard& card) {
  const YAML::Node pad = input["pad"];
  if (!pad.IsDefined()) return;
  reader.check_keys(pad, "input.pad", {"side", "value"});
  card.pad = static_cast<PadSide>(reader.choice(pad, "input.pad", "side", {"bottom_right", "both", "none"}));
  int value = card.pad_value;
  reader.integer(pad, "input.pad", "value", 0, 255, value, false);
  card.pad_value = static_cast<std::uint8_t>(value);
}

void read_input(card::Reader& reader, const YAML::Node& root, ModelCard& card) {
  if (reader.error()) return;
  const YAML::Node input = root["input"];
  if (!input.IsDefined()) return reader.fail(root.Mark(), "input", "is missing", "every card needs it");
  reader.check_keys(input, "input", {"width", "height", "layout", "order", "scale", "mean", "std", "pad", "resize"});
  if (reader.error()) return;
  reader.integer(input, "input", "width", 1, kLargestInput, card.input_width, true);
  reader.integer(input, "input", "height", 1, kLargestInput, card.input_height, true);
  card.nhwc = reader.choice(input, "input", "layout", {"nchw", "nhwc"}) == 1;
  card.bgr = reader.choice(input, "input", "order", {"rgb", "bgr"}) == 1;
  reader.number(input, "input", "scale", 0, 1000, card.scale);
  reader.three_numbers(input, "input", "mean", card.mean);
  reader.three_numbers(input, "input", "std", card.std);
  if (std::ranges::any_of(card.std, [](float value) { return value <= 0; })) {
    reader.fail(input["std"].Mark(), "input.std", "must be above 0", "values are divided by it");
  }
  read_pad(reader, input, card);
  card.area_resize = reader.choice(input, "input", "resize", {"bilinear", "area"}) == 1;
}

void check_sha256(card::Reader& reader, const YAML::Node& root, const std::string& sha256) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (sha256.empty() || (sha256.size() == 64 && std::ranges::all_of(sha256, is_digit))) return;
  reader.fail(root["sha256"].Mark(), "sha256", "must be 64 hexadecimal digits in lower case", "as sha256sum prints it");
}

/// A key that only some heads have: said for another one, it would be silently without effect.
void read_boxes(card::Reader& reader, const YAML::Node& root, ModelCard& card) {
  const YAML::Node node = root["boxes"];
  if (!node.IsDefined()) return;
  if (card.head != "rtdetr" && card.head != "dfine") {
    reader.fail(node.Mark(), "boxes", "is not for head " + card.head, "it belongs to rtdetr and dfine");
  }
  card.boxes = reader.choice(root, "", "boxes", {"normalised", "pixels"}) == 1 ? BoxUnit::pixels : BoxUnit::normalised;
}

void read_scores(card::Reader& reader, const YAML::Node& root, ModelCard& card) {
  const YAML::Node node = root["scores"];
  if (!node.IsDefined()) return;
  if (card.head != kClassifierHead) {
    reader.fail(node.Mark(), "scores", "is not for head " + card.head, "it belongs to head classifier");
  }
  const bool probabilities = reader.choice(root, "", "scores", {"logits", "probabilities"}) == 1;
  card.scores = probabilities ? ScoreKind::probabilities : ScoreKind::logits;
}

void read_keypoints(card::Reader& reader, const YAML::Node& root, ModelCard& card) {
  const YAML::Node node = root["keypoints"];
  if (!is_pose_head(card.head)) {
    if (node.IsDefined())
      reader.fail(node.Mark(), "keypoints", "is not for head " + card.head, "it belongs to pose heads");
    return;
  }
  if (!node.IsDefined()) {
    return reader.fail(root.Mark(), "keypoints", "is missing",
                       "write {count: 17, values: 3}, as the model was trained");
  }
  reader.check_keys(node, "keypoints", {"count", "values"});
  if (reader.error()) return;
  reader.integer(node, "keypoints", "count", 1, kMostKeypoints, card.keypoints, true);
  reader.integer(node, "keypoints", "values", 2, 3, card.keypoint_values, false);
}

void read_card(card::Reader& reader, const YAML::Node& root, ModelCard& card) {
  reader.check_keys(
      root, "",
      {"onnx", "sha256", "licence", "head", "labels", "input", "boxes", "keypoints", "scores", "score", "nms"});
  if (reader.error()) return;
  reader.text(root, "", "onnx", card.onnx, true);
  reader.text(root, "", "head", card.head, true);
  reader.text(root, "", "licence", card.licence, false);
  reader.text(root, "", "sha256", card.sha256, false);
  check_sha256(reader, root, card.sha256);
  read_boxes(reader, root, card);
  if (!reader.error()) read_keypoints(reader, root, card);
  if (!reader.error()) read_scores(reader, root, card);
  reader.number(root, "", "score", 0, 1, card.score);
  reader.number(root, "", "nms", 0, 1, card.nms);
  read_input(reader, root, card);
}

}  // namespace

Result<std::vector<std::string>> read_label_file(const std::string& path) {
  return labels_from_file(path, "");
}

namespace {

Result<ModelCard> load_any_card(const std::string& path) {
  LYN_TRY(const std::string text, read_small_file(path, ""));
  ModelCard card;
  card.path = path;
  card::Reader reader(path);
  const YAML::Node root = reader.parse(text);
  if (!reader.error()) read_card(reader, root, card);
  if (!reader.error()) LYN_CHECK(read_labels(reader, root, card));
  if (reader.error()) return *reader.error();
  if (card.labels.empty()) {
    return Error{ErrorKind::device, path + ":1:1: labels: is missing", "name a file with a label a line, or list them"};
  }
  card.onnx = beside(path, card.onnx);
  return card;
}

}  // namespace

Result<ModelCard> load_model_card(const std::string& path) {
  return or_out_of_memory(ErrorKind::device, [&] { return load_any_card(path); });
}

}  // namespace lyn
