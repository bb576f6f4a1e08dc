#include "stages/infer/head_guess.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernels/yolox_head.h"
#include "stages/infer/graph.h"
#include "stages/infer/metadata.h"
#include "stages/infer/model_card.h"

namespace lyn {
namespace {

constexpr int kCocoKeypoints = 17;

/// One output of three dimensions: [N, rows, columns].
HeadGuess guess_from_one(const GraphFacts& facts, std::int64_t rows, std::int64_t columns) {
  const std::int64_t cells = yolox_anchors(facts.width, facts.height);
  if (columns == 6 && rows <= 1000) {
    if (metadata_of(facts, "head") == "RTDETRDecoder") {
      return {kTopkDetrHead, 0, "rows of six: centre and size, score, class, as RTDETRDecoder in the metadata has it"};
    }
    return {"yolov8", 0, "rows of six: corners, score, class, chosen in the graph"};
  }
  if (rows == cells && columns > 5) return {"yolox", columns - 5, "a row for each cell of three grids"};
  if (rows == 3 * cells && columns > 5) return {"yolov5", columns - 5, "three rows for each cell of three grids"};
  if (rows > 4 && rows < columns) return {"yolov8", rows - 4, "channels first, no objectness"};
  if (rows <= 1000 && columns > 4) return {"rtdetr", columns - 4, "a few hundred rows of a box and scores"};
  if (columns > 5) return {"yolov5", columns - 5, "rows of box, objectness and scores"};
  return {};
}

HeadGuess guess_from_two(const TensorShape& a, const TensorShape& b) {
  if (a.dims.size() != 3 || b.dims.size() != 3 || a.dims[1] != b.dims[1]) return {};
  if (a.dims[2] != 4 && b.dims[2] != 4) return {};
  const std::int64_t classes = a.dims[2] == 4 ? b.dims[2] : a.dims[2];
  return {"rtdetr", classes, "boxes and as many rows of scores"};
}

/// Boxes with a coefficient for each prototype behind them.
HeadGuess guess_segmentation(const TensorShape& boxes, const TensorShape& prototypes) {
  if (boxes.dims.size() != 3 || prototypes.dims.size() != 4) return {};
  const std::int64_t count = prototypes.dims[1];
  HeadGuess guess;
  guess.head = "yolov8-seg";
  if (boxes.dims[2] != 6 + count) guess.classes = std::max<std::int64_t>(0, boxes.dims[1] - 4 - count);
  guess.reason = fmt::format("boxes and {} prototypes of {}x{}", count, prototypes.dims[3], prototypes.dims[2]);
  return guess;
}

/// [N,C], or [N,C,1,1] as some exports have it.
bool is_list(const TensorShape& output) {
  const auto& dims = output.dims;
  return dims.size() >= 2 && std::all_of(dims.begin() + 2, dims.end(), [](auto dim) { return dim == 1; });
}

HeadGuess guess_from_shapes(const GraphFacts& facts) {
  const auto& outputs = facts.outputs;
  if (outputs.size() == 1 && is_list(outputs[0])) {
    return {kClassifierHead, outputs[0].dims[1], "a number for each class of the whole picture"};
  }
  if (outputs.size() == 1 && outputs[0].dims.size() == 3) {
    return guess_from_one(facts, outputs[0].dims[1], outputs[0].dims[2]);
  }
  if (outputs.size() == 2 && outputs[0].dims.size() == 4) return guess_segmentation(outputs[1], outputs[0]);
  if (outputs.size() == 2 && outputs[1].dims.size() == 4) return guess_segmentation(outputs[0], outputs[1]);
  if (outputs.size() == 2) return guess_from_two(outputs[0], outputs[1]);
  if (outputs.size() == 3 && has_output(facts, "labels") && has_output(facts, "boxes") && has_output(facts, "scores")) {
    return {"rtdetr", 0, "outputs named labels, boxes and scores"};
  }
  return {};
}

/// Channels, or rows that the graph has chosen, with keypoints behind them: how many, the metadata says.
HeadGuess guess_pose(const GraphFacts& facts, const std::string& head) {
  if (facts.outputs.size() != 1 || facts.outputs[0].dims.size() != 3) return {};
  const auto said = two_numbers_in(metadata_of(facts, "kpt_shape"));
  HeadGuess guess;
  guess.head = head.empty() ? "yolov8-pose" : head;
  guess.keypoints = said ? said->first : kCocoKeypoints;
  guess.keypoint_values = said ? said->second : 3;
  const std::int64_t more = std::int64_t{guess.keypoints} * guess.keypoint_values;
  const std::int64_t rows = facts.outputs[0].dims[1];
  if (facts.outputs[0].dims[2] != 6 + more) guess.classes = std::max<std::int64_t>(0, rows - 4 - more);
  guess.reason = fmt::format("{} keypoints of {} values {}", guess.keypoints, guess.keypoint_values,
                             said ? "by kpt_shape in the metadata" : "are a plain guess: COCO's");
  return guess;
}

}  // namespace

std::string outputs_of(const GraphFacts& facts) {
  std::string text;
  for (const TensorShape& output : facts.outputs) {
    text += (text.empty() ? "" : ", ") + ("\"" + output.name + "\" " + shape_text(output.dims));
  }
  return text;
}

std::string metadata_of(const GraphFacts& facts, const std::string& key) {
  const auto found = facts.metadata.find(key);
  return found == facts.metadata.end() ? "" : found->second;
}

bool has_output(const GraphFacts& facts, const char* name) {
  return std::ranges::find(facts.outputs, name, &TensorShape::name) != facts.outputs.end();
}

HeadGuess guess_head(const GraphFacts& facts, const std::string& head) {
  const std::string task = head.empty() ? metadata_of(facts, "task") : "";
  if (task == "pose" || is_pose_head(head)) return guess_pose(facts, head);
  HeadGuess guess = guess_from_shapes(facts);
  if (!head.empty()) guess.head = head, guess.reason = "as you said";
  return guess;
}

}  // namespace lyn
