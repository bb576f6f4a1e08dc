#pragma once

#include <memory>

#include "core/result.h"
#include "stages/infer/head.h"

namespace lyn {

/// Classifiers of whole pictures: one output [N,C], or [N,C,1,1], of logits or of scores that sum to 1, as the card
/// says. The kTopClasses highest leave the device, with no boxes. Error `device`: the card does not fit the output.
Result<std::unique_ptr<Head>> make_classifier_head(Device& device, const ModelCard& card,
                                                   const InferenceSession& session, const HeadOptions& options);

}  // namespace lyn
