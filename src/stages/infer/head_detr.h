#pragma once

#include <memory>

#include "core/result.h"
#include "stages/infer/head.h"

namespace lyn {

/// RT-DETR, RT-DETRv2, D-FINE, DEIM and kin, in each form that they are exported in; no NMS in any:
/// - logits [N,Q,C] and boxes [N,Q,4] (cx, cy, w, h from 0 to 1), whatever their names and order;
/// - one output [N,Q,4+C] of such boxes and of scores after their sigmoid (Ultralytics' RT-DETR before 8.4);
/// - `labels` [N,Q], `boxes` [N,Q,4] as x1, y1, x2, y2, and `scores` [N,Q]: in slot pixels where the graph has an
///   input orig_target_sizes (the session feeds it), else as the card's `boxes` says.
/// Error `device`: none of these, or labels that are not one a class.
Result<std::unique_ptr<Head>> make_detr_head(Device& device, const ModelCard& card, const InferenceSession& session,
                                             const HeadOptions& options);

/// RT-DETR whose graph has chosen a class for each query (Ultralytics' from 8.4 on): one output [N,Q,6] of such boxes,
/// score and class. A head of its own, since with two classes it looks like the other. Error `device`: another shape.
Result<std::unique_ptr<Head>> make_topk_detr_head(Device& device, const ModelCard& card,
                                                  const InferenceSession& session, const HeadOptions& options);

}  // namespace lyn
