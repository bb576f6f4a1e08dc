#include <onnxruntime_cxx_api.h>
#include <onnxruntime_run_options_config_keys.h>

#include <array>
#include <utility>
#include <vector>

#include "device/cuda/cuda_device.h"
#include "stages/infer/batch_ladder.h"
#include "stages/infer/gpu_libraries_cuda.h"
#include "stages/infer/model_file.h"
#include "stages/infer/ordered_session_cuda.h"
#include "stages/infer/ort.h"
#include "stages/infer/session_tensorrt_cuda.h"

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

Ort::SessionOptions session_options(int ordinal, void* stream, Ort::SessionOptions options) {
  options.AppendExecutionProvider_CUDA_V2(*provider_options(ordinal, stream));
  return options;
}

class CudaSession final : public GraphSession {
 public:
  using GraphSession::GraphSession;

 private:
  void set_options(Ort::RunOptions& options) const override {
    options.AddConfigEntry(kGraphId, "-1");
    options.AddConfigEntry(kOrtRunOptionsConfigDisableSynchronizeExecutionProviders, "1");
  }

  /// First without a graph: ONNX Runtime plans its memory then, and may not take any while it captures.
  Status capture(Stream& caller, Binding& full) override {
    for (int i = 0; i < kRunsToPlan; ++i) LYN_CHECK(run_in_order(caller, full));
    full.options.AddConfigEntry(kGraphId, "1");
    for (int i = 0; i < kRunsToCapture; ++i) LYN_CHECK(run_in_order(caller, full));
    return {};
  }
};

/// One session, which runs batches of up to `batch` at the price of `batch`.
Result<std::unique_ptr<InferenceSession>> make_rung(Device& device, Ort::Env& env, const ModelCard& card,
                                                    const Graph& graph, int batch, bool deterministic) {
  const int ordinal = cuda_ordinal(device);
  LYN_TRY(auto stream, device.open_stream(StreamWork::lengthy));
  const auto with_provider = [&](bool strict) {
    return session_options(ordinal, native_stream(*stream), gpu_session_options(graph, batch, strict, deterministic));
  };
  auto session = ort::guarded(card.onnx + ": cannot be loaded on " + device.name(), "see `lynceus doctor`",
                              [&] { return Ort::Session(env, card.onnx.c_str(), with_provider(true)); });
  if (!session) {
    return explain_refusal(env, card, session.error(), "the CUDA provider", [&] { return with_provider(false); });
  }
  auto made =
      std::make_unique<CudaSession>(device, card.onnx, std::move(*session), gpu_memory(ordinal), std::move(stream));
  LYN_CHECK(made->open_input(graph, batch));
  return std::unique_ptr<InferenceSession>(std::move(made));
}

}  // namespace

Result<std::unique_ptr<InferenceSession>> make_cuda_session(Device& device, const ModelCard& card,
                                                            const SessionOptions& options) {
  if (options.engine == InferenceEngine::tensorrt) return make_tensorrt_session(device, card, options);
  if (cuda_ordinal(device) < 0) {
    return Error{ErrorKind::device, "the CUDA session cannot use memory of " + device.name(), "name --device cuda"};
  }
  LYN_CHECK(check_model_file(card));
  LYN_CHECK(load_gpu_libraries(false));
  LYN_TRY(Ort::Env* const env, ort::environment());
  LYN_TRY(const Graph graph, read_graph(*env, card));
  std::vector<std::unique_ptr<InferenceSession>> rungs;
  const int largest = batch_of(graph, options.max_batch);
  for (const int batch : options.deterministic ? std::vector{largest} : ladder_sizes(largest)) {
    LYN_TRY(auto rung, make_rung(device, *env, card, graph, batch, options.deterministic));
    rungs.push_back(std::move(rung));
  }
  return std::unique_ptr<InferenceSession>(std::make_unique<BatchLadder>(std::move(rungs)));
}

}  // namespace lyn
