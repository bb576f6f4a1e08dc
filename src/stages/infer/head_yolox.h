#pragma once

#include <memory>

#include "core/result.h"
#include "stages/infer/head.h"

namespace lyn {

/// The head of YOLOX exports that leave decoding to their user: one output [N,A,5+C] with objectness
/// and class scores already through a sigmoid. Error `device`: the card does not fit the output.
Result<std::unique_ptr<Head>> make_yolox_head(Device& device, const ModelCard& card, const InferenceSession& session,
                                              const HeadOptions& options);

}  // namespace lyn
