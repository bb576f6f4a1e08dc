#include "stages/infer/head.h"

#include <algorithm>
#include <array>

#include "kernels/packed_box.h"
#include "stages/infer/head_classifier.h"
#include "stages/infer/head_detr.h"
#include "stages/infer/head_yolo.h"
#include "stages/infer/head_yolox.h"

namespace lyn {
namespace {

using Maker = Result<std::unique_ptr<Head>> (*)(Device&, const ModelCard&, const InferenceSession&, const HeadOptions&);

struct KnownHead {
  const char* name;
  Maker make;
};

/// Later YOLO models answer as v8 does; their own names are known so that a card can say what it is.
constexpr std::array<KnownHead, 20> kHeads{{{"yolox", make_yolox_head},
                                            {"yolov5", make_yolov5_head},
                                            {"yolov8", make_yolov8_head},
                                            {"yolov9", make_yolov8_head},
                                            {"yolov10", make_yolov8_head},
                                            {"yolo11", make_yolov8_head},
                                            {"yolo12", make_yolov8_head},
                                            {"yolo26", make_yolov8_head},
                                            {"yolov8-pose", make_yolov8_pose_head},
                                            {"yolo11-pose", make_yolov8_pose_head},
                                            {"yolo12-pose", make_yolov8_pose_head},
                                            {"yolo26-pose", make_yolov8_pose_head},
                                            {"yolov8-seg", make_yolov8_seg_head},
                                            {"yolo11-seg", make_yolov8_seg_head},
                                            {"yolo12-seg", make_yolov8_seg_head},
                                            {"yolo26-seg", make_yolov8_seg_head},
                                            {"rtdetr", make_detr_head},
                                            {"dfine", make_detr_head},
                                            {kTopkDetrHead, make_topk_detr_head},
                                            {kClassifierHead, make_classifier_head}}};

}  // namespace

std::string known_heads() {
  std::string names;
  for (const KnownHead& head : kHeads) names += (names.empty() ? "" : ", ") + std::string(head.name);
  return names;
}

Result<std::unique_ptr<Head>> make_head(Device& device, const ModelCard& card, const InferenceSession& session,
                                        const HeadOptions& options) {
  const auto* known = std::ranges::find_if(kHeads, [&](const KnownHead& head) { return card.head == head.name; });
  if (known == kHeads.end()) {
    return Error{ErrorKind::device, card.path + ": head \"" + card.head + "\" is not known",
                 "known are " + known_heads()};
  }
  if (card.head != kClassifierHead && card.labels.size() > kMostClasses) {
    return Error{ErrorKind::device,
                 card.path + ": labels: " + std::to_string(card.labels.size()) + " are more than a detector may have",
                 "at most " + std::to_string(kMostClasses) + " classes"};
  }
  return known->make(device, card, session, options);
}

}  // namespace lyn
