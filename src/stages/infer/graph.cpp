#include "stages/infer/graph.h"

#include <algorithm>

#include "stages/infer/ort.h"

namespace lyn {
namespace {

Error misfit(const ModelCard& card, const std::string& field, const std::string& has, const std::string& remedy) {
  return {ErrorKind::device, card.path + ": " + field + " does not fit " + card.onnx + ": " + has, remedy};
}

struct Port {
  TensorShape shape;
  ONNXTensorElementDataType type = ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED;
};

Port port_of(const Ort::TypeInfo& info, std::string name) {
  if (info.GetONNXType() != ONNX_TYPE_TENSOR) return {{std::move(name), {}}, ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED};
  const auto tensor = info.GetTensorTypeAndShapeInfo();
  return {{std::move(name), tensor.GetShape()}, tensor.GetElementType()};
}

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

std::string describe(const Port& port) {
  return "\"" + port.shape.name + "\" " + shape_text(port.shape.dims);
}

bool fits(std::int64_t dim, int wanted) {
  return dim < 0 || dim == wanted;
}

Status check_input(const Port& input, const ModelCard& card) {
  const auto& dims = input.shape.dims;
  const std::string has = "its input is " + describe(input);
  if (input.type != ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT) {
    return misfit(card, "input", has + " and not float32", "export the model with a float32 input");
  }
  if (dims.size() != 4 || !fits(dims[1], 3)) {
    return misfit(card, "input.layout nchw", has, "export the model with an input of [N,3,height,width]");
  }
  if (!fits(dims[2], card.input_height)) {
    return misfit(card, "input.height " + std::to_string(card.input_height), has, "give the graph's own height");
  }
  if (!fits(dims[3], card.input_width)) {
    return misfit(card, "input.width " + std::to_string(card.input_width), has, "give the graph's own width");
  }
  if (dims[0] > 1)
    return misfit(card, "input", has + ", a fixed batch", "export the model with a dynamic batch, or with 1");
  return {};
}

Status check_output(const Port& output, const ModelCard& card) {
  const std::string has = "its output is " + describe(output);
  if (output.type != ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT) {
    return misfit(card, "head " + card.head, has + " and not float32", "export the model with float32 outputs");
  }
  const auto& dims = output.shape.dims;
  if (!dims.empty() && (dims[0] < 0 || dims[0] == 1)) return {};
  return misfit(card, "head " + card.head, has + ", which does not begin with the batch", "export the model again");
}

}  // namespace

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
  return open(graph.input) && std::ranges::all_of(graph.outputs, open);
}

std::size_t slot_elements(const TensorShape& tensor) {
  std::size_t elements = 1;
  for (std::size_t i = 1; i < tensor.dims.size(); ++i) elements *= static_cast<std::size_t>(tensor.dims[i]);
  return elements;
}

bool has_unknown_size(const TensorShape& tensor) {
  return std::any_of(tensor.dims.begin() + 1, tensor.dims.end(), [](std::int64_t dim) { return dim < 0; });
}

Result<Graph> check_graph(const Ort::Session& session, const ModelCard& card) {
  const auto inputs = ports(session, true);
  if (inputs.size() != 1) {
    return misfit(card, "input", "it has " + std::to_string(inputs.size()) + " inputs and not one",
                  "export the model with the picture as its only input");
  }
  LYN_CHECK(check_input(inputs[0], card));
  Graph graph;
  graph.input = inputs[0].shape;
  graph.input.dims = {inputs[0].shape.dims[0], 3, card.input_height, card.input_width};
  for (const Port& output : ports(session, false)) {
    LYN_CHECK(check_output(output, card));
    graph.outputs.push_back(output.shape);
  }
  return graph;
}

}  // namespace lyn
