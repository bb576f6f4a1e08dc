#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "kernels/pad_side.h"

namespace lyn {

/// What corners of boxes are counted in, where a graph gives no hint of it.
enum class BoxUnit : std::uint8_t { pixels, normalised };

/// What a classifier's output holds.
enum class ScoreKind : std::uint8_t { logits, probabilities };

/// What a model file does not say of itself. YAML beside the ONNX file (DESIGN 5).
struct ModelCard {
  std::string path;  ///< of the card, for messages
  std::string onnx;  ///< path of the graph, absolute or relative to the working directory
  std::string head;  ///< one of known_heads()
  std::vector<std::string> labels;
  int input_width = 0;
  int input_height = 0;
  bool bgr = false;
  float scale = 1.0F;
  float mean[3] = {0, 0, 0};
  float std[3] = {1, 1, 1};
  PadSide pad = PadSide::bottom_right;
  std::uint8_t pad_value = 114;
  bool area_resize = false;
  bool nhwc = false;                     ///< the graph takes [N,height,width,3]
  BoxUnit boxes = BoxUnit::normalised;   ///< heads rtdetr and dfine: of exports that end in labels, boxes, scores
  int keypoints = 0;                     ///< pose heads: how many an object has
  int keypoint_values = 3;               ///< pose heads: x, y and score, or 2: x and y
  ScoreKind scores = ScoreKind::logits;  ///< of a classifier
  float score = 0.3F;                    ///< suggested threshold
  float nms = 0.45F;                     ///< suggested IoU
  std::string licence;
  std::string sha256;  ///< of the graph; checked at load when given
};

/// Whether the name of a head says that its models give keypoints.
inline bool is_pose_head(std::string_view head) {
  return head.ends_with("-pose");
}

constexpr const char* kClassifierHead = "classifier";
/// RT-DETR whose graph has chosen a class for each query.
constexpr const char* kTopkDetrHead = "rtdetr-topk";

/// Whether the name of a head is one of RT-DETR's and its kin's.
inline bool is_detr_head(std::string_view head) {
  return head == "rtdetr" || head == "dfine" || head == kTopkDetrHead;
}

/// Reads and checks a card. Error kind `device` with FILE:LINE:COL: what is wrong and the remedy
/// (strict: unknown and duplicate keys, wrong types). Relative paths are relative to the card.
Result<ModelCard> load_model_card(const std::string& path);

/// A file with one label a line, none of them blank. Error `device` names the file and the line.
Result<std::vector<std::string>> read_label_file(const std::string& path);

}  // namespace lyn
