#include "stages/infer/card_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace lyn {
namespace {

/// A double-quoted scalar of YAML 1.2, which takes JSON's escapes.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string three(const float (&values)[3]) {
  return fmt::format("[{}, {}, {}]", values[0], values[1], values[2]);
}

void append_labels(std::string& text, const ModelCard& card, const std::string& file) {
  if (!file.empty()) {
    text += "labels: " + quoted(file) + "\n";
    return;
  }
  text += "labels:\n";
  for (const std::string& label : card.labels) text += "  - " + quoted(label) + "\n";
}

const char* pad_name(PadSide side) {
  return side == PadSide::both ? "both" : side == PadSide::none ? "none" : "bottom_right";
}

}  // namespace

std::string card_text(const ModelCard& card, const std::string& onnx, const std::string& labels) {
  std::string text = "# Written by `lynceus model add`. models/README.md explains the keys.\n";
  text += "onnx: " + quoted(onnx) + "\n";
  if (!card.sha256.empty()) text += "sha256: \"" + card.sha256 + "\"\n";
  if (!card.licence.empty()) text += "licence: " + quoted(card.licence) + "\n";
  text += "head: " + card.head + "\n";
  append_labels(text, card, labels);
  text += fmt::format("input:\n  width: {}\n  height: {}\n  layout: {}\n  order: {}\n", card.input_width,
                      card.input_height, card.nhwc ? "nhwc" : "nchw", card.bgr ? "bgr" : "rgb");
  text += fmt::format("  scale: {}\n  mean: {}\n  std: {}\n", card.scale, three(card.mean), three(card.std));
  text += fmt::format("  pad: {{side: {}, value: {}}}\n  resize: {}\n", pad_name(card.pad), card.pad_value,
                      card.area_resize ? "area" : "bilinear");
  if (card.head == "rtdetr" || card.head == "dfine") {
    text += fmt::format("boxes: {}\n", card.boxes == BoxUnit::pixels ? "pixels" : "normalised");
  }
  if (is_pose_head(card.head)) {
    text += fmt::format("keypoints: {{count: {}, values: {}}}\n", card.keypoints, card.keypoint_values);
  }
  if (card.head == kClassifierHead) {
    text += fmt::format("scores: {}\n", card.scores == ScoreKind::logits ? "logits" : "probabilities");
  }
  text += fmt::format("score: {}\nnms: {}\n", card.score, card.nms);
  return text;
}

}  // namespace lyn
