#pragma once

#include <cstdint>

#include "device/address.h"
#include "device/kernel.h"
#include "kernels/candidates.h"
#include "kernels/fixed_math.h"
#include "kernels/raw_output.h"

namespace lyn {

/// RT-DETR, D-FINE and kin without their post-processing: for each of `queries` a box (cx, cy, width,
/// height from 0 to 1 of the slot) and a score a class. An anchor is one pair of a query and a class,
/// `query * classes + class`, as the papers' own post-processing ranks them (Zhao et al., "DETRs Beat
/// YOLOs on Real-time Object Detection"; no NMS). Both may lie in one tensor.
struct DetrArgs {
  RawOutput scores;
  RawOutput boxes;
  Candidates candidates;          ///< written; anchors = queries * classes
  std::int32_t score_stride = 0;  ///< elements from one query's first score to the next one's
  std::int32_t score_offset = 0;  ///< elements before the first query's first score in its row
  std::int32_t box_stride = 4;
  std::int32_t classes = 0;
  bool logits = true;  ///< scores still need their sigmoid
  float width = 0;     ///< of the slot, pixels
  float height = 0;
  float floor = 0.1F;  ///< candidates score at least this
};

LYN_HD void detr_decode(const DetrArgs& args, int slot, int anchor) {
  const std::int64_t queries = args.candidates.anchors / args.classes;
  const std::int64_t query = static_cast<std::int64_t>(slot) * queries + anchor / args.classes;
  const int class_id = anchor % args.classes;
  const float raw = args.scores.at(query * args.score_stride + args.score_offset + class_id);
  const float score = args.logits ? fixed_sigmoid(raw) : raw;
  if (!(score >= args.floor)) return drop_candidate(args.candidates, slot, anchor);
  const std::int64_t at = query * args.box_stride;
  const Box box = box_around(args.boxes.at(at) * args.width, args.boxes.at(at + 1) * args.height,
                             args.boxes.at(at + 2) * args.width, args.boxes.at(at + 3) * args.height);
  put_candidate(args.candidates, slot, anchor, args.floor, {box, class_id, score});
}

/// The same models with post-processing in the graph: labels [slots, anchors], boxes [slots, anchors, 4]
/// as x1, y1, x2, y2 times `width` and `height` in slot pixels, scores [slots, anchors].
struct DetrDeployArgs {
  RawOutput labels;
  RawOutput boxes;
  RawOutput scores;
  Candidates candidates;  ///< written
  std::int32_t classes = 0;
  float width = 1;
  float height = 1;
  float floor = 0.1F;
};

LYN_HD void detr_deploy_decode(const DetrDeployArgs& args, int slot, int anchor) {
  const std::int64_t index = static_cast<std::int64_t>(slot) * args.candidates.anchors + anchor;
  const float class_id = args.labels.at(index);
  const bool known = class_id > -0.5F && class_id < static_cast<float>(args.classes) - 0.5F;
  if (!known) return drop_candidate(args.candidates, slot, anchor);
  const std::int64_t at = index * 4;
  const Box box{args.boxes.at(at) * args.width, args.boxes.at(at + 1) * args.height, args.boxes.at(at + 2) * args.width,
                args.boxes.at(at + 3) * args.height};
  put_candidate(args.candidates, slot, anchor, args.floor,
                {box, static_cast<int>(class_id + 0.5F), args.scores.at(index)});
}

/// Each decodes every anchor of every slot; launch them over {anchors, slots}.
extern const Kernel kDetrHead;
extern const Kernel kDetrDeployHead;

}  // namespace lyn
