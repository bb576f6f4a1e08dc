#pragma once

#include <onnxruntime_cxx_api.h>

#include <functional>
#include <string>

namespace lyn {

/// Which nodes of a graph ONNX Runtime would run on the CPU beside CUDA, for the refusal: "Shape (Shape_3),
/// Gather (Gather_5) and 7 more". Loads the graph once more with `options` and listens to what is said of
/// placement. Empty when it does not say.
std::string name_host_nodes(Ort::Env& env, const std::string& onnx, Ort::SessionOptions& options);

}  // namespace lyn
