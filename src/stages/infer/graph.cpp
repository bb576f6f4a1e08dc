#include "stages/infer/graph.h"

#include <algorithm>
#include <iterator>

#include "stages/infer/head_checks.h"
#include "stages/infer/ort.h"

namespace lyn {
namespace {

struct TypeName {
  ElementType type;
  ONNXTensorElementDataType onnx;
  const char* name;
};
constexpr TypeName kTypes[] = {{ElementType::float32, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, "float32"},
                               {ElementType::float16, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16, "float16"},
                               {ElementType::uint8, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8, "uint8"},
                               {ElementType::int32, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32, "int32"},
                               {ElementType::int64, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64, "int64"}};

Port port_of(const Ort::TypeInfo& info, std::string name) {
  if (info.GetONNXType() != ONNX_TYPE_TENSOR) return {{std::move(name), {}}, false};
  const auto tensor = info.GetTensorTypeAndShapeInfo();
  const auto type = element_type(tensor.GetElementType());
  Port port{{std::move(name), tensor.GetShape(), type.value_or(ElementType::float32)}, type.has_value()};
  std::vector<const char*> names(port.shape.dims.size());
  tensor.GetSymbolicDimensions(names.data(), names.size());
  if (!names.empty()) port.batch_name = names[0];
  return port;
}

std::string describe(const Port& port) {
  return "\"" + port.shape.name + "\" " + shape_text(port.shape.dims);
}

bool fits(std::int64_t dim, int wanted) {
  return dim < 0 || dim == wanted;
}

bool normalises(const ModelCard& card) {
  const auto is_not = [](float plain) { return [plain](float value) { return value != plain; }; };
  return card.scale != 1.0F || std::ranges::any_of(card.mean, is_not(0)) || std::ranges::any_of(card.std, is_not(1));
}

Status check_input(const Port& input, const ModelCard& card) {
  const auto& dims = input.shape.dims;
  const std::string has = "its input is " + describe(input);
  if (!input.known_type || input.shape.type == ElementType::int32 || input.shape.type == ElementType::int64) {
    return misfit(card, "input", has + " and neither float32, float16 nor uint8",
                  "export the model with one of these as its input");
  }
  const bool turned = dims.size() == 4 && !fits(dims[card.nhwc ? 3 : 1], 3) && fits(dims[card.nhwc ? 1 : 3], 3);
  if (dims.size() != 4 || !fits(dims[card.nhwc ? 3 : 1], 3)) {
    const std::string other = card.nhwc ? "nchw" : "nhwc";
    return misfit(card, card.nhwc ? "input.layout nhwc" : "input.layout nchw", has,
                  turned ? "write layout: " + other : "export the model with an input of three channels");
  }
  if (!fits(dims[card.nhwc ? 1 : 2], card.input_height)) {
    return misfit(card, "input.height " + std::to_string(card.input_height), has, "give the graph's own height");
  }
  if (!fits(dims[card.nhwc ? 2 : 3], card.input_width)) {
    return misfit(card, "input.width " + std::to_string(card.input_width), has, "give the graph's own width");
  }
  if (input.shape.type == ElementType::uint8 && normalises(card)) {
    return misfit(card, "input.scale, mean and std", has + " of uint8, which takes pixels as they are",
                  "leave them out of the card");
  }
  if (dims[0] > 1)
    return misfit(card, "input", has + ", a fixed batch", "export the model with a dynamic batch, or with 1");
  return {};
}

Status check_sizes(const Port& input, const ModelCard& card) {
  const auto& dims = input.shape.dims;
  const bool whole = input.shape.type == ElementType::int64 || input.shape.type == ElementType::int32 ||
                     input.shape.type == ElementType::float32;
  if (input.known_type && whole && dims.size() == 2 && dims[0] <= 1 && fits(dims[1], 2)) return {};
  return misfit(card, "input", "its input " + describe(input) + " is not [N,2] of int64, int32 or float32",
                "export the model without it");
}

Status check_output(const Port& output, const ModelCard& card) {
  const std::string has = "its output is " + describe(output);
  if (!output.known_type) {
    return misfit(card, "head " + card.head, has + " of a type that no head reads",
                  "export the model with float32 or float16 outputs");
  }
  const auto& dims = output.shape.dims;
  if (!dims.empty() && (dims[0] < 0 || dims[0] == 1)) return {};
  return misfit(card, "head " + card.head, has + ", which does not begin with the batch", "export the model again");
}

}  // namespace

std::vector<Port> ports(const Ort::Session& session, bool inputs) {
  Ort::AllocatorWithDefaultOptions allocator;
  std::vector<Port> found;
  const std::size_t count = inputs ? session.GetInputCount() : session.GetOutputCount();
  for (std::size_t i = 0; i < count; ++i) {
    const auto name =
        inputs ? session.GetInputNameAllocated(i, allocator) : session.GetOutputNameAllocated(i, allocator);
    found.push_back(port_of(inputs ? session.GetInputTypeInfo(i) : session.GetOutputTypeInfo(i), name.get()));
  }
  return found;
}

std::string shape_text(const std::vector<std::int64_t>& dims) {
  std::string text = "[";
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (i > 0) text += ",";
    text += dims[i] < 0 ? std::string(i == 0 ? "N" : "?") : std::to_string(dims[i]);
  }
  return text + "]";
}

bool has_open_batch(const Graph& graph) {
  const auto open = [](const TensorShape& tensor) { return tensor.dims[0] < 0; };
  return open(graph.input) && (!graph.sizes || open(*graph.sizes)) && std::ranges::all_of(graph.outputs, open);
}

std::size_t slot_elements(const TensorShape& tensor) {
  std::size_t elements = 1;
  for (std::size_t i = 1; i < tensor.dims.size(); ++i) elements *= static_cast<std::size_t>(tensor.dims[i]);
  return elements;
}

std::size_t slot_bytes(const TensorShape& tensor) {
  return slot_elements(tensor) * element_bytes(tensor.type);
}

bool has_unknown_size(const TensorShape& tensor) {
  return std::any_of(tensor.dims.begin() + 1, tensor.dims.end(), [](std::int64_t dim) { return dim < 0; });
}

ONNXTensorElementDataType onnx_type(ElementType type) {
  return std::ranges::find(kTypes, type, &TypeName::type)->onnx;
}

std::optional<ElementType> element_type(ONNXTensorElementDataType type) {
  const auto* found = std::ranges::find(kTypes, type, &TypeName::onnx);
  if (found == std::end(kTypes)) return std::nullopt;
  return found->type;
}

const char* type_name(ElementType type) {
  return std::ranges::find(kTypes, type, &TypeName::type)->name;
}

Result<Graph> check_graph(const Ort::Session& session, const ModelCard& card) {
  auto inputs = ports(session, true);
  const auto sizes = std::ranges::find(inputs, kSizesInput, [](const Port& port) { return port.shape.name; });
  Graph graph;
  for (const Port& input : inputs) {
    if (!input.batch_name.empty()) graph.batch_names.push_back(input.batch_name);
  }
  if (sizes != inputs.end()) {
    LYN_CHECK(check_sizes(*sizes, card));
    graph.sizes = sizes->shape;
    inputs.erase(sizes);
  }
  if (inputs.size() != 1) {
    return misfit(card, "input", "it has " + std::to_string(inputs.size()) + " inputs and not one",
                  "export the model with the picture as its only input");
  }
  LYN_CHECK(check_input(inputs[0], card));
  graph.input = inputs[0].shape;
  const std::int64_t batch = inputs[0].shape.dims[0];
  graph.input.dims = {batch, 3, card.input_height, card.input_width};
  if (card.nhwc) graph.input.dims = {batch, card.input_height, card.input_width, 3};
  for (const Port& output : ports(session, false)) {
    LYN_CHECK(check_output(output, card));
    graph.outputs.push_back(output.shape);
  }
  return graph;
}

}  // namespace lyn
