#pragma once

#include <onnxruntime_cxx_api.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "kernels/element_type.h"
#include "stages/infer/model_card.h"
#include "stages/infer/session.h"

namespace lyn {

/// What a loaded graph takes and gives.
struct Graph {
  TensorShape input;
  std::optional<TensorShape> sizes;  ///< the input that wants each picture's width and height
  std::vector<TensorShape> outputs;
  std::vector<std::string> batch_names;  ///< what the graph calls the open first dimension of its inputs
};

/// One input or output as the graph declares it.
struct Port {
  TensorShape shape;
  bool known_type = false;   ///< shape.type says it; else it is a type that nothing here reads
  std::string batch_name{};  ///< the first dimension's, where that is open and has a name
};
std::vector<Port> ports(const Ort::Session& session, bool inputs);

/// As exports name the input that wants the size of each picture.
constexpr const char* kSizesInput = "orig_target_sizes";

/// "[N,3,416,416]", with ? for a dimension that is not known.
std::string shape_text(const std::vector<std::int64_t>& dims);

/// How many elements one slot has: the product of all dimensions but the first, all of them known.
std::size_t slot_elements(const TensorShape& tensor);

/// How many bytes one slot has.
std::size_t slot_bytes(const TensorShape& tensor);

/// True when a dimension other than the first is not known.
bool has_unknown_size(const TensorShape& tensor);

/// True when any number of slots can run at once; else one.
bool has_open_batch(const Graph& graph);

/// ONNX's word for an element type and back; `uint8` and the like for people.
ONNXTensorElementDataType onnx_type(ElementType type);
std::optional<ElementType> element_type(ONNXTensorElementDataType type);
const char* type_name(ElementType type);

/// Reads the graph's inputs and its outputs and holds the input against the card. Error `device`:
/// names the card's field and what the graph has.
Result<Graph> check_graph(const Ort::Session& session, const ModelCard& card);

}  // namespace lyn
