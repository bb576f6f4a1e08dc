#include "stages/infer/ordered_session_cuda.h"

#include <onnxruntime_session_options_config_keys.h>

#include <algorithm>

#include "device/cuda/cuda_device.h"
#include "stages/infer/host_nodes_cuda.h"
#include "stages/infer/ort.h"

namespace lyn {

Status OrderedSession::run_in_order(Stream& caller, Binding& binding) {
  LYN_TRY(const EventRef filled, caller.record());
  LYN_CHECK(stream->wait(filled));
  LYN_CHECK(run_bound(binding));
  LYN_TRY(const EventRef inferred, stream->record());
  return caller.wait(inferred);
}

/// ONNX Runtime's destructors end the process when the GPU answers them with an error.
GraphSession::~GraphSession() {
  if (is_lost(device())) abandon();
}

Status GraphSession::open_input(Graph graph, int wanted_batch) {
  LYN_CHECK(open(std::move(graph), wanted_batch));
  slot_bytes_ = slot_bytes(input());
  LYN_TRY(input_, device().pool().lease(slot_bytes_ * static_cast<std::size_t>(max_batch())));
  return {};
}

Status GraphSession::prepare(Stream& caller) {
  if (full_ != nullptr) return {};
  LYN_TRY(Binding* const binding, bound(input_.address(), max_batch()));
  LYN_CHECK(capture(caller, *binding));
  LYN_CHECK(caller.synchronize());
  full_ = binding;
  return {};
}

Status GraphSession::run(Stream& caller, ByteAddress input, int batch) {
  if (batch < 1 || batch > max_batch()) {
    return Error{ErrorKind::device,
                 file() + ": a batch of " + std::to_string(batch) + " is not within 1.." + std::to_string(max_batch()),
                 "clamp batches to max_batch()"};
  }
  LYN_CHECK(prepare(caller));
  const std::size_t bytes = slot_bytes_ * static_cast<std::size_t>(batch);
  LYN_CHECK(device().copy_within(caller, input_.address(), input, {.row_bytes = bytes}));
  return run_in_order(caller, *full_);
}

TensorPlace gpu_memory(int ordinal) {
  return {Ort::MemoryInfo("Cuda", OrtDeviceAllocator, ordinal, OrtMemTypeDefault),
          [](ByteAddress address) { return reinterpret_cast<void*>(address.raw); }};
}

Result<Graph> read_graph(Ort::Env& env, const ModelCard& card) {
  const auto session = ort::guarded(card.onnx + ": cannot be loaded", "fetch or export the model again", [&] {
    Ort::SessionOptions plain;
    plain.SetIntraOpNumThreads(1);
    plain.SetGraphOptimizationLevel(ORT_DISABLE_ALL);
    return Ort::Session(env, card.onnx.c_str(), plain);
  });
  if (!session) return session.error();
  LYN_TRY(auto graph, ort::guarded(card.onnx + ": cannot be read", "", [&] { return check_graph(*session, card); }));
  return graph;
}

int batch_of(const Graph& graph, int wanted) {
  return has_open_batch(graph) ? std::max(1, wanted) : 1;
}

Ort::SessionOptions gpu_session_options(const Graph& graph, int batch, bool strict, bool deterministic) {
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(1);
  options.SetInterOpNumThreads(1);
  options.SetExecutionMode(ORT_SEQUENTIAL);
  options.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
  options.AddConfigEntry(kOrtSessionOptionsConfigAllowIntraOpSpinning, "0");
  options.SetDeterministicCompute(deterministic);
  for (const std::string& name : graph.batch_names) {
    Ort::ThrowOnError(Ort::GetApi().AddFreeDimensionOverrideByName(options, name.c_str(), batch));
  }
  if (strict) options.AddConfigEntry(kOrtSessionOptionsDisableCPUEPFallback, "1");
  return options;
}

Error explain_refusal(Ort::Env& env, const ModelCard& card, Error error, const std::string& provider,
                      const std::function<Ort::SessionOptions()>& lenient) {
  if (error.what.find("libonnxruntime_providers") != std::string::npos) {
    error.remedy = "see `lynceus doctor`; ./lynceus setup gpu brings the provider of this version";
  }
  if (error.what.find("fallback to CPU EP") == std::string::npos) return error;
  std::string nodes;
  const auto named = ort::guarded("", "", [&] {
    Ort::SessionOptions options = lenient();
    return name_host_nodes(env, card.onnx, options);
  });
  if (named) nodes = *named;
  return {ErrorKind::device, card.onnx + ": these nodes would run on the CPU: " + nodes,
          "export the model without them, or with operators that " + provider + " has in this precision"};
}

}  // namespace lyn
