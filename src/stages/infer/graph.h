#pragma once

#include <onnxruntime_cxx_api.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "stages/infer/model_card.h"
#include "stages/infer/session.h"

namespace lyn {

/// What a loaded graph takes and gives.
struct Graph {
  TensorShape input;
  std::vector<TensorShape> outputs;
};

/// "[N,3,416,416]", with ? for a dimension that is not known.
std::string shape_text(const std::vector<std::int64_t>& dims);

/// How many elements one slot has: the product of all dimensions but the first, all of them known.
std::size_t slot_elements(const TensorShape& tensor);

/// True when a dimension other than the first is not known.
bool has_unknown_size(const TensorShape& tensor);

/// True when any number of slots can run at once; else one.
bool has_open_batch(const Graph& graph);

/// Reads the graph's one input and its outputs and holds the input against the card. Error `device`:
/// names the card's field and what the graph has.
Result<Graph> check_graph(const Ort::Session& session, const ModelCard& card);

}  // namespace lyn
