#include "stages/infer/bound_session.h"

#include <algorithm>
#include <span>
#include <utility>

#include "device/caller.h"
#include "stages/infer/ort.h"

namespace lyn {

namespace {

template <class Number>
std::vector<std::byte> repeated(double width, double height, int slots) {
  std::vector<Number> values;
  for (int i = 0; i < slots; ++i) {
    values.push_back(static_cast<Number>(width));
    values.push_back(static_cast<Number>(height));
  }
  const auto bytes = std::as_bytes(std::span<const Number>(values));
  return {bytes.begin(), bytes.end()};
}

std::vector<std::byte> sizes_of(ElementType type, double width, double height, int slots) {
  if (type == ElementType::int64) return repeated<std::int64_t>(width, height, slots);
  if (type == ElementType::int32) return repeated<std::int32_t>(width, height, slots);
  return repeated<float>(width, height, slots);
}

}  // namespace

BoundSession::BoundSession(Device& device, std::string file, Ort::Session session, TensorPlace place)
    : device_(device), file_(std::move(file)), session_(std::move(session)), place_(std::move(place)) {}

/// A tensor of `batch` slots over device memory; the pointer goes no further than ONNX Runtime.
Ort::Value BoundSession::tensor(ByteAddress memory, const TensorShape& shape, int batch) const {
  std::vector<std::int64_t> dims = shape.dims;
  dims[0] = batch;
  return Ort::Value::CreateTensor(place_.info, place_.pointer(memory),
                                  slot_bytes(shape) * static_cast<std::size_t>(batch), dims.data(), dims.size(),
                                  onnx_type(shape.type));
}

void BoundSession::bind_inputs(Ort::IoBinding& io, const TensorShape& shape, ByteAddress input, int batch) const {
  io.BindInput(shape.name.c_str(), tensor(input, shape, batch));
  if (sizes_) io.BindInput(sizes_->shape.name.c_str(), tensor(sizes_->memory.address(), sizes_->shape, batch));
}

Status BoundSession::fill_sizes(const TensorShape& shape, const TensorShape& input) {
  const std::size_t y = input.dims[1] == 3 ? 2 : 1;  // NCHW or NHWC
  const auto height = static_cast<double>(input.dims[y]);
  const auto width = static_cast<double>(input.dims[y + 1]);
  const std::vector<std::byte> values = sizes_of(shape.type, width, height, max_batch_);
  LYN_TRY(Buffer memory, device_.pool().lease(values.size()));
  LYN_TRY(const auto stream, device_.open_stream());
  LYN_CHECK(device_.copy_in(*stream, Reason::tables, memory.address(), values));
  LYN_CHECK(stream->synchronize());
  sizes_ = Tensor{{shape.name, {shape.dims[0], 2}, shape.type}, std::move(memory)};
  return {};
}

/// Runs the graph once on the largest batch, into memory of ONNX Runtime's own: what sizes a graph with
/// open dimensions gives, and whether it runs such a batch at all, is known only then.
Result<std::vector<TensorShape>> BoundSession::measure_outputs(const Graph& graph) {
  const std::size_t bytes = slot_bytes(graph.input) * static_cast<std::size_t>(max_batch_);
  LYN_TRY(const Buffer input, device_.pool().lease(bytes));
  const std::string what = file_ + ": cannot run a batch of " + std::to_string(max_batch_);
  const std::string remedy =
      max_batch_ > 1 ? "lower detector.batch.size, or export the model again" : "export the model again";
  LYN_TRY(auto measured, ort::guarded(what, remedy, [&] { return probe(graph, input.address()); }));
  for (std::size_t i = 0; i < measured.size(); ++i) {
    auto& dims = measured[i].dims;
    if (dims.empty() || dims[0] != max_batch_) {
      const std::string gives = ": its output \"" + measured[i].name + "\" is then " + shape_text(dims);
      return Error{ErrorKind::device, what + gives, remedy};
    }
    dims[0] = graph.outputs[i].dims[0];
  }
  return measured;
}

std::vector<TensorShape> BoundSession::probe(const Graph& graph, ByteAddress input) {
  Ort::IoBinding io(session_);
  Ort::RunOptions options;
  set_options(options);
  bind_inputs(io, graph.input, input, max_batch_);
  for (const auto& output : graph.outputs) io.BindOutput(output.name.c_str(), place_.info);
  session_.Run(options, io);
  io.SynchronizeOutputs();
  std::vector<TensorShape> measured;
  for (const auto& value : io.GetOutputValues()) {
    const TensorShape& declared = graph.outputs[measured.size()];
    measured.push_back({declared.name, value.GetTensorTypeAndShapeInfo().GetShape(), declared.type});
  }
  return measured;
}

Status BoundSession::open(Graph graph, int wanted_batch) {
  const bool open = has_open_batch(graph);
  max_batch_ = open ? std::max(1, wanted_batch) : 1;
  if (graph.sizes) LYN_CHECK(fill_sizes(*graph.sizes, graph.input));
  if (open || std::ranges::any_of(graph.outputs, has_unknown_size)) {
    LYN_TRY(graph.outputs, measure_outputs(graph));
  }
  for (const auto& shape : graph.outputs) {
    const std::size_t bytes = slot_bytes(shape) * static_cast<std::size_t>(max_batch_);
    LYN_TRY(Buffer memory, device_.pool().lease(std::max<std::size_t>(bytes, 1)));
    outputs_.push_back({shape, std::move(memory)});
  }
  input_ = std::move(graph.input);
  output_shapes_ = std::move(graph.outputs);
  return {};
}

BoundSession::Binding BoundSession::bind(ByteAddress input, int batch) {
  Binding made{input, batch, Ort::IoBinding(session_), Ort::RunOptions()};
  set_options(made.options);
  bind_inputs(made.io, input_, input, batch);
  for (const Tensor& output : outputs_) {
    made.io.BindOutput(output.shape.name.c_str(), tensor(output.memory.address(), output.shape, batch));
  }
  return made;
}

/// Batches of slots are few and stay: so do their bindings.
Result<BoundSession::Binding*> BoundSession::bound(ByteAddress input, int batch) {
  for (const auto& binding : bindings_) {
    if (binding->input == input && binding->batch == batch) return binding.get();
  }
  if (batch < 1 || batch > max_batch_) {
    return Error{ErrorKind::device,
                 file_ + ": a batch of " + std::to_string(batch) + " is not within 1.." + std::to_string(max_batch_),
                 "clamp batches to max_batch()"};
  }
  LYN_TRY(Binding made, ort::guarded(file_ + ": cannot bind its tensors", "", [&] { return bind(input, batch); }));
  bindings_.push_back(std::make_unique<Binding>(std::move(made)));
  return bindings_.back().get();
}

Status BoundSession::run_bound(Binding& binding) {
  const CallerScope scope(Caller::onnxruntime);
  try {
    session_.Run(binding.options, binding.io);
  } catch (const Ort::Exception& exception) {
    return Error{ErrorKind::device, file_ + ": inference failed: " + ort::message_of(exception), ""};
  } catch (const std::exception& exception) {
    return Error{ErrorKind::device, file_ + ": inference failed: " + exception.what(), ""};
  }
  return {};
}

void BoundSession::abandon() {
  for (auto& binding : bindings_) (void)binding.release();
  (void)session_.release();
}

}  // namespace lyn
