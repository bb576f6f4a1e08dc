#pragma once

#include <memory>

#include "core/result.h"
#include "stages/infer/head.h"

namespace lyn {

/// YOLOv5, v6 and v7 as they are exported by default: one output [N,A,5+C]. Error `device`: the card does
/// not fit the output.
Result<std::unique_ptr<Head>> make_yolov5_head(Device& device, const ModelCard& card, const InferenceSession& session,
                                               const HeadOptions& options);

/// YOLOv8, v9, v10, 11, 12 and 26: one output, [N,4+C,A] or, where the graph chooses its boxes itself,
/// [N,A,6] of x1, y1, x2, y2, score, class; the latter goes through no NMS. Error `device`: neither.
Result<std::unique_ptr<Head>> make_yolov8_head(Device& device, const ModelCard& card, const InferenceSession& session,
                                               const HeadOptions& options);

/// The same family's pose models: boxes as above, and K keypoints of V values (x, y and perhaps a score) behind
/// them: [N,4+C+KV,A], or [N,A,6+KV] chosen in the graph. Error `device`: neither.
Result<std::unique_ptr<Head>> make_yolov8_pose_head(Device& device, const ModelCard& card,
                                                    const InferenceSession& session, const HeadOptions& options);

/// The same family's segmentation models: P coefficients behind the scores ([N,4+C+P,A], or [N,A,6+P] chosen in
/// the graph) and a second output of prototypes, [N,P,rows,columns]. Error `device`: neither.
Result<std::unique_ptr<Head>> make_yolov8_seg_head(Device& device, const ModelCard& card,
                                                   const InferenceSession& session, const HeadOptions& options);

}  // namespace lyn
