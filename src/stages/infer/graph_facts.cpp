#include "stages/infer/graph_facts.h"

#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <span>
#include <utility>

#include "stages/infer/graph.h"
#include "stages/infer/metadata.h"
#include "stages/infer/ort.h"

namespace lyn {
namespace {

constexpr int kUsualSide = 640;

std::map<std::string, std::string> metadata_of(const Ort::Session& session) {
  Ort::AllocatorWithDefaultOptions allocator;
  const Ort::ModelMetadata metadata = session.GetModelMetadata();
  std::map<std::string, std::string> found;
  for (const auto& key : metadata.GetCustomMetadataMapKeysAllocated(allocator)) {
    const auto value = metadata.LookupCustomMetadataMapAllocated(key.get(), allocator);
    if (value != nullptr) found[key.get()] = value.get();
  }
  return found;
}

bool channels_are_last(const TensorShape& input) {
  return input.dims[3] == 3 && input.dims[1] != 3;
}

/// The two dimensions of the picture in the input: height, width.
std::pair<std::size_t, std::size_t> sides(const TensorShape& input) {
  return channels_are_last(input) ? std::pair<std::size_t, std::size_t>(1, 2)
                                  : std::pair<std::size_t, std::size_t>(2, 3);
}

void find_size(GraphFacts& facts) {
  const auto [y, x] = sides(facts.input);
  facts.channels_last = channels_are_last(facts.input);
  facts.size_is_open = facts.input.dims[y] < 0 || facts.input.dims[x] < 0;
  const auto said = facts.metadata.find("imgsz");
  const auto imgsz = said == facts.metadata.end() ? std::nullopt : two_numbers_in(said->second);
  const auto [height, width] = imgsz.value_or(std::pair(kUsualSide, kUsualSide));
  facts.height = facts.input.dims[y] > 0 ? static_cast<int>(facts.input.dims[y]) : height;
  facts.width = facts.input.dims[x] > 0 ? static_cast<int>(facts.input.dims[x]) : width;
}

/// A tensor of zeros; `bytes` holds them.
Ort::Value zeros(const std::vector<std::int64_t>& dims, ElementType type, std::vector<std::byte>& bytes) {
  std::size_t elements = 1;
  for (const std::int64_t dim : dims) elements *= static_cast<std::size_t>(dim);
  bytes.assign(elements * element_bytes(type), std::byte{});
  const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  return Ort::Value::CreateTensor(memory, bytes.data(), bytes.size(), dims.data(), dims.size(), onnx_type(type));
}

/// True for values from 0 to 1 that sum to 1.
bool are_probabilities(const Ort::Value& value) {
  const auto info = value.GetTensorTypeAndShapeInfo();
  if (info.GetElementType() != ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT) return false;
  const std::span<const float> values(value.GetTensorData<float>(), info.GetElementCount());
  double sum = 0;
  for (const float one : values) {
    if (!(one >= 0 && one <= 1)) return false;
    sum += static_cast<double>(one);
  }
  return sum > 0.99 && sum < 1.01;
}

/// Runs one slot of zeros and writes down what comes out.
void measure(Ort::Session& session, GraphFacts& facts, const TensorShape* sizes) {
  const auto [y, x] = sides(facts.input);
  std::vector<std::int64_t> dims = facts.input.dims;
  dims[0] = 1;
  dims[y] = facts.height;
  dims[x] = facts.width;
  std::vector<std::byte> pixels, size_bytes;
  std::vector<Ort::Value> values;
  std::vector<const char*> inputs{facts.input.name.c_str()};
  std::vector<const char*> outputs;
  values.push_back(zeros(dims, facts.input.type, pixels));
  if (sizes != nullptr) {
    inputs.push_back(sizes->name.c_str());
    values.push_back(zeros({1, 2}, sizes->type, size_bytes));
  }
  for (const TensorShape& output : facts.outputs) outputs.push_back(output.name.c_str());
  const auto got =
      session.Run(Ort::RunOptions(), inputs.data(), values.data(), values.size(), outputs.data(), outputs.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    facts.outputs[i].dims = got[i].GetTensorTypeAndShapeInfo().GetShape();
    if (!facts.outputs[i].dims.empty()) facts.outputs[i].dims[0] = -1;
  }
  facts.gives_probabilities = got.size() == 1 && are_probabilities(got[0]);
}

Error no_picture(const std::string& onnx, const std::vector<Port>& inputs) {
  std::string has;
  for (const Port& input : inputs)
    has += (has.empty() ? "\"" : ", \"") + input.shape.name + "\" " + shape_text(input.shape.dims);
  return {ErrorKind::device, onnx + ": its inputs are " + has + " and not a picture of [N,3,height,width]",
          "name a graph that takes a picture"};
}

bool is_picture(const Port& port) {
  const auto& dims = port.shape.dims;
  const bool pixels = port.shape.type != ElementType::int32 && port.shape.type != ElementType::int64;
  return port.known_type && pixels && dims.size() == 4 && (dims[1] == 3 || dims[3] == 3 || dims[1] < 0);
}

Result<GraphFacts> examine(const std::string& onnx, Ort::Session& session) {
  auto inputs = ports(session, true);
  GraphFacts facts;
  facts.onnx = onnx;
  facts.metadata = metadata_of(session);
  const auto sizes = std::ranges::find(inputs, kSizesInput, [](const Port& port) { return port.shape.name; });
  facts.takes_sizes = sizes != inputs.end();
  const auto picture = std::ranges::find_if(inputs, is_picture);
  if (picture == inputs.end() || inputs.size() != (facts.takes_sizes ? 2U : 1U)) return no_picture(onnx, inputs);
  facts.input = picture->shape;
  find_size(facts);
  for (const Port& output : ports(session, false)) facts.outputs.push_back(output.shape);
  const bool list = facts.outputs.size() == 1 && facts.outputs[0].dims.size() != 3;
  if (list || std::ranges::any_of(facts.outputs, has_unknown_size)) {
    measure(session, facts, facts.takes_sizes ? &sizes->shape : nullptr);
  }
  return facts;
}

}  // namespace

Result<GraphFacts> read_graph_facts(const std::string& onnx) {
  LYN_TRY(Ort::Env* const env, ort::environment());
  LYN_TRY(auto session, ort::guarded(onnx + ": cannot be loaded", "name an ONNX file; fetch or export it again", [&] {
            Ort::SessionOptions options;
            options.SetGraphOptimizationLevel(ORT_DISABLE_ALL);
            return Ort::Session(*env, onnx.c_str(), options);
          }));
  LYN_TRY(auto facts, ort::guarded(onnx + ": cannot be run on a picture of zeros", "export it with fixed sizes",
                                   [&] { return examine(onnx, session); }));
  return facts;
}

}  // namespace lyn
