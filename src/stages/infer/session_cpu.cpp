#include <onnxruntime_cxx_api.h>
#include <onnxruntime_session_options_config_keys.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "stages/infer/graph.h"
#include "stages/infer/model_file.h"
#include "stages/infer/ort.h"
#include "stages/infer/session.h"

namespace lyn {
namespace {

/// Most (input address, batch) pairs that stay bound. A lane over files has three batches of slots; past
/// this many the one bound longest ago is bound anew.
constexpr std::size_t kMostBindings = 256;

Ort::SessionOptions cpu_options(const SessionOptions& wanted) {
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(wanted.threads > 0 ? wanted.threads : cores);
  options.SetInterOpNumThreads(1);
  options.SetExecutionMode(ORT_SEQUENTIAL);
  options.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
  options.AddConfigEntry(kOrtSessionOptionsConfigAllowIntraOpSpinning, "0");
  options.AddConfigEntry(kOrtSessionOptionsConfigAllowInterOpSpinning, "0");
  return options;
}

struct Output {
  TensorShape shape;
  Buffer memory;
  [[nodiscard]] std::size_t slot_floats() const { return slot_elements(shape); }
};

class CpuSession : public InferenceSession {
 public:
  CpuSession(Device& device, std::string file, Ort::Session session)
      : device_(device), file_(std::move(file)), session_(std::move(session)) {}

  /// Learns the outputs' sizes and leases their memory.
  Status prepare(Graph graph, int wanted_batch);

  const TensorShape& input() const override { return input_; }
  const std::vector<TensorShape>& outputs() const override { return output_shapes_; }
  int max_batch() const override { return max_batch_; }
  Status run(Stream& stream, ByteAddress input, int batch) override;
  ByteAddress output_address(std::size_t index) const override { return outputs_[index].memory.address(); }

 private:
  struct Binding {
    ByteAddress input;
    int batch = 0;
    Ort::IoBinding io;
  };

  Result<std::vector<TensorShape>> measure_outputs(const Graph& graph);
  Result<Binding*> bound(ByteAddress input, int batch);
  Binding bind(ByteAddress input, int batch);
  Ort::Value tensor(ByteAddress memory, const TensorShape& shape, int batch) const;

  Device& device_;
  std::string file_;
  Ort::Session session_;
  Ort::MemoryInfo memory_info_ = Ort::MemoryInfo::CreateCpu(OrtDeviceAllocator, OrtMemTypeDefault);
  Ort::RunOptions run_options_;
  TensorShape input_;
  std::vector<TensorShape> output_shapes_;
  std::vector<Output> outputs_;
  std::vector<Binding> bindings_;
  std::size_t oldest_binding_ = 0;
  int max_batch_ = 1;
};

/// A tensor of `batch` slots over device memory; the readable view goes no further than ONNX Runtime.
Ort::Value CpuSession::tensor(ByteAddress memory, const TensorShape& shape, int batch) const {
  std::vector<std::int64_t> dims = shape.dims;
  dims[0] = batch;
  float* values = memory.as<float>().host_view();
  const std::size_t floats = slot_elements(shape) * static_cast<std::size_t>(batch);
  return Ort::Value::CreateTensor<float>(memory_info_, values, floats, dims.data(), dims.size());
}

/// Runs the graph once on the largest batch, into memory of ONNX Runtime's own: what sizes a graph with
/// open dimensions gives, and whether it runs such a batch at all, is known only then.
Result<std::vector<TensorShape>> CpuSession::measure_outputs(const Graph& graph) {
  const std::size_t bytes = slot_elements(graph.input) * sizeof(float) * static_cast<std::size_t>(max_batch_);
  LYN_TRY(const Buffer input, device_.pool().lease(bytes));
  const std::string what = file_ + ": cannot run a batch of " + std::to_string(max_batch_);
  return ort::guarded(what, max_batch_ > 1 ? "lower detector.batch.size" : "export the model again", [&] {
    Ort::IoBinding io(session_);
    io.BindInput(graph.input.name.c_str(), tensor(input.address(), graph.input, max_batch_));
    for (const auto& output : graph.outputs) io.BindOutput(output.name.c_str(), memory_info_);
    session_.Run(run_options_, io);
    std::vector<TensorShape> measured = graph.outputs;
    const auto values = io.GetOutputValues();
    for (std::size_t i = 0; i < values.size(); ++i) {
      measured[i].dims = values[i].GetTensorTypeAndShapeInfo().GetShape();
      measured[i].dims[0] = graph.outputs[i].dims[0];
    }
    return measured;
  });
}

Status CpuSession::prepare(Graph graph, int wanted_batch) {
  const bool open = has_open_batch(graph);
  max_batch_ = open ? std::max(1, wanted_batch) : 1;
  if (open || std::ranges::any_of(graph.outputs, has_unknown_size)) {
    LYN_TRY(graph.outputs, measure_outputs(graph));
  }
  for (const auto& shape : graph.outputs) {
    Output output{shape, {}};
    const std::size_t bytes = output.slot_floats() * sizeof(float) * static_cast<std::size_t>(max_batch_);
    LYN_TRY(output.memory, device_.pool().lease(std::max<std::size_t>(bytes, 1)));
    outputs_.push_back(std::move(output));
  }
  bindings_.reserve(kMostBindings);
  input_ = std::move(graph.input);
  output_shapes_ = std::move(graph.outputs);
  return {};
}

CpuSession::Binding CpuSession::bind(ByteAddress input, int batch) {
  Binding made{input, batch, Ort::IoBinding(session_)};
  made.io.BindInput(input_.name.c_str(), tensor(input, input_, batch));
  for (const Output& output : outputs_) {
    made.io.BindOutput(output.shape.name.c_str(), tensor(output.memory.address(), output.shape, batch));
  }
  return made;
}

/// Bound once for each slot address and batch size; addresses are few and come again.
Result<CpuSession::Binding*> CpuSession::bound(ByteAddress input, int batch) {
  for (Binding& binding : bindings_) {
    if (binding.input == input && binding.batch == batch) return &binding;
  }
  LYN_TRY(Binding made, ort::guarded(file_ + ": cannot bind its tensors", "", [&] { return bind(input, batch); }));
  if (bindings_.size() < kMostBindings) {
    bindings_.push_back(std::move(made));
    return &bindings_.back();
  }
  oldest_binding_ = (oldest_binding_ + 1) % kMostBindings;
  bindings_[oldest_binding_] = std::move(made);
  return &bindings_[oldest_binding_];
}

Status CpuSession::run(Stream& /*stream*/, ByteAddress input, int batch) {
  if (batch < 1 || batch > max_batch_) {
    return Error{ErrorKind::device,
                 file_ + ": a batch of " + std::to_string(batch) + " is not within 1.." + std::to_string(max_batch_),
                 "clamp batches to max_batch()"};
  }
  LYN_TRY(Binding* const binding, bound(input, batch));
  try {
    session_.Run(run_options_, binding->io);
  } catch (const Ort::Exception& exception) {
    return Error{ErrorKind::device, file_ + ": inference failed: " + ort::message_of(exception), ""};
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<InferenceSession>> make_cpu_session(Device& device, const ModelCard& card,
                                                           const SessionOptions& options) {
  if (device.is_cuda()) {
    return Error{ErrorKind::device, "the CPU session cannot use memory of " + device.name(), "name --device cpu"};
  }
  LYN_CHECK(check_model_file(card));
  LYN_TRY(Ort::Env* const env, ort::environment());
  LYN_TRY(auto session, ort::guarded(card.onnx + ": cannot be loaded", "fetch or export the model again",
                                     [&] { return Ort::Session(*env, card.onnx.c_str(), cpu_options(options)); }));
  LYN_TRY(auto graph, ort::guarded(card.onnx + ": cannot be read", "", [&] { return check_graph(session, card); }));
  if (!graph) return graph.error();
  auto made = std::make_unique<CpuSession>(device, card.onnx, std::move(session));
  LYN_CHECK(made->prepare(std::move(*graph), options.max_batch));
  return std::unique_ptr<InferenceSession>(std::move(made));
}

}  // namespace lyn
