#pragma once

#include "stages/infer/session.h"

namespace lyn {

/// ONNX Runtime's TensorRT provider: make_cuda_session() with options.engine. The first time, this compiles an
/// engine, for minutes; it then lies in options.engine_home for this graph, GPU, versions, precision and batch.
/// A graph of which TensorRT does not take all is refused with the nodes' names.
Result<std::unique_ptr<InferenceSession>> make_tensorrt_session(Device& device, const ModelCard& card,
                                                                const SessionOptions& options);

}  // namespace lyn
