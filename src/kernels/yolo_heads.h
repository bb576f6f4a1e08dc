#pragma once

#include <cstdint>

#include "device/address.h"
#include "device/kernel.h"
#include "kernels/candidates.h"
#include "kernels/raw_output.h"

/// Heads of the YOLO exports that decode their boxes in the graph. Centres, sides and corners are in slot
/// pixels, scores went through a sigmoid.
namespace lyn {

/// YOLOv5 (and v6, v7): [slots, anchors, 5 + classes] of cx, cy, width, height, objectness, class scores.
struct Yolov5Args {
  RawOutput raw;
  Candidates candidates;  ///< written
  std::int32_t classes = 0;
  float floor = 0.1F;  ///< candidates score at least this
};

/// Score is objectness times the best class; both are at most 1.
LYN_HD void yolov5_decode(const Yolov5Args& args, int slot, int anchor) {
  const std::int64_t row = (static_cast<std::int64_t>(slot) * args.candidates.anchors + anchor) * (5 + args.classes);
  const float objectness = args.raw.at(row + 4);
  if (!(objectness >= args.floor)) return drop_candidate(args.candidates, slot, anchor);
  const ClassScore best = best_class(args.raw, row + 5, 1, args.classes);
  const Box box = box_around(args.raw.at(row), args.raw.at(row + 1), args.raw.at(row + 2), args.raw.at(row + 3));
  put_candidate(args.candidates, slot, anchor, args.floor, {box, best.class_id, objectness * best.score});
}

/// YOLOv8 and later: [slots, channels, anchors], channel by channel: cx, cy, width, height, class scores,
/// then what other heads read (keypoints, mask coefficients).
struct Yolov8Args {
  RawOutput raw;
  Candidates candidates;  ///< written
  std::int32_t channels = 0;
  std::int32_t classes = 0;
  float floor = 0.1F;
};

LYN_HD void yolov8_decode(const Yolov8Args& args, int slot, int anchor) {
  const std::int64_t step = args.candidates.anchors;
  const std::int64_t first = static_cast<std::int64_t>(slot) * args.channels * step + anchor;
  const ClassScore best = best_class(args.raw, first + 4 * step, step, args.classes);
  if (!(best.score >= args.floor)) return drop_candidate(args.candidates, slot, anchor);
  const Box box = box_around(args.raw.at(first), args.raw.at(first + step), args.raw.at(first + 2 * step),
                             args.raw.at(first + 3 * step));
  put_candidate(args.candidates, slot, anchor, args.floor, {box, best.class_id, best.score});
}

/// Exports that choose their boxes in the graph (YOLOv10, YOLO26, NMS inside): [slots, anchors, columns]
/// of x1, y1, x2, y2, score, class, then what other heads read. Rows that were not used hold zeros. `centred`
/// (RT-DETR): of cx, cy, width, height in shares of the slot instead of corners.
struct EndToEndArgs {
  RawOutput raw;
  Candidates candidates;  ///< written
  std::int32_t columns = 6;
  std::int32_t classes = 0;  ///< a class outside is no candidate
  float floor = 0.1F;
  bool centred = false;
  float width = 1;  ///< of the slot, pixels, where boxes are centred
  float height = 1;
};

LYN_HD void end_to_end_decode(const EndToEndArgs& args, int slot, int anchor) {
  const std::int64_t row = (static_cast<std::int64_t>(slot) * args.candidates.anchors + anchor) * args.columns;
  const float class_id = args.raw.at(row + 5);
  const bool known = class_id > -0.5F && class_id < static_cast<float>(args.classes) - 0.5F;
  if (!known) return drop_candidate(args.candidates, slot, anchor);
  const float a = args.raw.at(row);
  const float b = args.raw.at(row + 1);
  const float c = args.raw.at(row + 2);
  const float d = args.raw.at(row + 3);
  const Box box =
      args.centred ? box_around(a * args.width, b * args.height, c * args.width, d * args.height) : Box{a, b, c, d};
  put_candidate(args.candidates, slot, anchor, args.floor,
                {box, static_cast<int>(class_id + 0.5F), args.raw.at(row + 4)});
}

/// Each decodes every anchor of every slot; launch them over {anchors, slots}.
extern const Kernel kYolov5Head;
extern const Kernel kYolov8Head;
extern const Kernel kEndToEndHead;

}  // namespace lyn
