#include <onnxruntime_cxx_api.h>
#include <onnxruntime_run_options_config_keys.h>
#include <onnxruntime_session_options_config_keys.h>

#include <array>
#include <utility>

#include "device/cuda/cuda_device.h"
#include "stages/infer/bound_session.h"
#include "stages/infer/gpu_libraries_cuda.h"
#include "stages/infer/host_nodes_cuda.h"
#include "stages/infer/model_file.h"
#include "stages/infer/ort.h"

namespace lyn {
namespace {

/// Run option: which captured graph a run belongs to; -1 runs node by node.
constexpr const char* kGraphId = "gpu_graph_id";
/// The first run of a graph id is ordinary, the second captures, the third replays for the first time.
constexpr int kRunsToCapture = 3;
/// The first run of a shape records what memory it takes, the second takes it as one plan.
constexpr int kRunsToPlan = 3;

struct ProviderOptionsDeleter {
  void operator()(OrtCUDAProviderOptionsV2* options) const { Ort::GetApi().ReleaseCUDAProviderOptions(options); }
};
using ProviderOptions = std::unique_ptr<OrtCUDAProviderOptionsV2, ProviderOptionsDeleter>;

ProviderOptions provider_options(int ordinal, void* stream) {
  OrtCUDAProviderOptionsV2* raw = nullptr;
  Ort::ThrowOnError(Ort::GetApi().CreateCUDAProviderOptions(&raw));
  ProviderOptions options(raw);
  const std::string device_id = std::to_string(ordinal);
  // Memory is taken in large steps: a graph may be captured only while none has to be taken at all.
  // TF32 would cost the agreement with `cpu` more than it saves on models of this size.
  const std::array<const char*, 5> keys{"device_id", "enable_cuda_graph", "use_tf32", "cudnn_conv_algo_search",
                                        "arena_extend_strategy"};
  const std::array<const char*, 5> values{device_id.c_str(), "1", "0", "HEURISTIC", "kNextPowerOfTwo"};
  Ort::ThrowOnError(Ort::GetApi().UpdateCUDAProviderOptions(raw, keys.data(), values.data(), keys.size()));
  Ort::ThrowOnError(Ort::GetApi().UpdateCUDAProviderOptionsWithValue(raw, "user_compute_stream", stream));
  return options;
}

Ort::SessionOptions session_options(int ordinal, void* stream, bool refuse_host_nodes) {
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(1);
  options.SetInterOpNumThreads(1);
  options.SetExecutionMode(ORT_SEQUENTIAL);
  options.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
  options.AddConfigEntry(kOrtSessionOptionsConfigAllowIntraOpSpinning, "0");
  if (refuse_host_nodes) options.AddConfigEntry(kOrtSessionOptionsDisableCPUEPFallback, "1");
  options.AppendExecutionProvider_CUDA_V2(*provider_options(ordinal, stream));
  return options;
}

/// The stream that ONNX Runtime is told at load. A base of its own, so that it outlives the session.
struct OwnStream {
  std::unique_ptr<Stream> stream;
};

/// Works on a stream of its own; events order it with the caller's. A batch that was not prepared runs
/// in the next larger prepared one: what the slots behind it hold is computed and not looked at.
class CudaSession final : OwnStream, public BoundSession {
 public:
  CudaSession(Device& device, std::string onnx, Ort::Session session, TensorPlace place, std::unique_ptr<Stream> own)
      : OwnStream{std::move(own)}, BoundSession(device, std::move(onnx), std::move(session), std::move(place)) {}

  /// First without a graph: ONNX Runtime plans its memory then, and may not take any while it captures.
  Status prepare(Stream& caller, ByteAddress input, int batch) override {
    LYN_TRY(Binding* const binding, bound(input, batch));
    if (binding->prepared) return {};
    for (int i = 0; i < kRunsToPlan; ++i) LYN_CHECK(run_in_order(caller, *binding));
    binding->options.AddConfigEntry(kGraphId, std::to_string(next_graph_++).c_str());
    for (int i = 0; i < kRunsToCapture; ++i) LYN_CHECK(run_in_order(caller, *binding));
    LYN_CHECK(caller.synchronize());
    binding->prepared = true;
    return {};
  }

  Status run(Stream& caller, ByteAddress input, int batch) override {
    if (Binding* const ready = prepared(input, batch)) return run_in_order(caller, *ready);
    LYN_TRY(Binding* const binding, bound(input, batch));
    return run_in_order(caller, *binding);
  }

 private:
  Status run_in_order(Stream& caller, Binding& binding) {
    LYN_TRY(const EventRef filled, caller.record());
    LYN_CHECK(stream->wait(filled));
    LYN_CHECK(run_bound(binding));
    LYN_TRY(const EventRef inferred, stream->record());
    return caller.wait(inferred);
  }

  void set_options(Ort::RunOptions& options) const override {
    options.AddConfigEntry(kGraphId, "-1");
    options.AddConfigEntry(kOrtRunOptionsConfigDisableSynchronizeExecutionProviders, "1");
  }

  int next_graph_ = 1;
};

/// A graph with nodes for the CPU is refused by name; other failures in ONNX Runtime's words.
Error refusal(Ort::Env& env, const ModelCard& card, int ordinal, void* stream, Error error) {
  if (error.what.find("libonnxruntime_providers") != std::string::npos) {
    error.remedy = "see `lynceus doctor`; ./lynceus setup gpu brings the provider of this version";
  }
  if (error.what.find("fallback to CPU EP") == std::string::npos) return error;
  std::string nodes;
  const auto named = ort::guarded("", "", [&] {
    Ort::SessionOptions lenient = session_options(ordinal, stream, false);
    return name_host_nodes(env, card.onnx, lenient);
  });
  if (named) nodes = *named;
  return {ErrorKind::device, card.onnx + ": these nodes would run on the CPU: " + nodes,
          "export the model without them, or with operators that the CUDA provider has in this precision"};
}

}  // namespace

Result<std::unique_ptr<InferenceSession>> make_cuda_session(Device& device, const ModelCard& card,
                                                            const SessionOptions& options) {
  const int ordinal = cuda_ordinal(device);
  if (ordinal < 0) {
    return Error{ErrorKind::device, "the CUDA session cannot use memory of " + device.name(), "name --device cuda"};
  }
  LYN_CHECK(check_model_file(card));
  LYN_CHECK(load_gpu_libraries(false));
  LYN_TRY(Ort::Env* const env, ort::environment());
  LYN_TRY(auto stream, device.open_stream());
  auto session = ort::guarded(card.onnx + ": cannot be loaded on " + device.name(), "see `lynceus doctor`", [&] {
    return Ort::Session(*env, card.onnx.c_str(), session_options(ordinal, native_stream(*stream), true));
  });
  if (!session) return refusal(*env, card, ordinal, native_stream(*stream), session.error());
  LYN_TRY(auto graph, ort::guarded(card.onnx + ": cannot be read", "", [&] { return check_graph(*session, card); }));
  if (!graph) return graph.error();
  TensorPlace place{Ort::MemoryInfo("Cuda", OrtDeviceAllocator, ordinal, OrtMemTypeDefault),
                    [](ByteAddress address) { return reinterpret_cast<void*>(address.raw); }};
  auto made =
      std::make_unique<CudaSession>(device, card.onnx, std::move(*session), std::move(place), std::move(stream));
  LYN_CHECK(made->open(std::move(*graph), options.max_batch));
  return std::unique_ptr<InferenceSession>(std::move(made));
}

}  // namespace lyn
