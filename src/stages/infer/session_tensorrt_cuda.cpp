#include "stages/infer/session_tensorrt_cuda.h"

#include <onnxruntime_run_options_config_keys.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/log.h"
#include "device/cuda/cuda_device.h"
#include "stages/infer/engine_folder.h"
#include "stages/infer/gpu_libraries_cuda.h"
#include "stages/infer/model_file.h"
#include "stages/infer/ordered_session_cuda.h"
#include "stages/infer/ort.h"

namespace lyn {
namespace {

/// The first run may compile, the next captures a graph, the third replays it for the first time.
constexpr int kRunsToCapture = 3;

struct ProviderOptionsDeleter {
  void operator()(OrtTensorRTProviderOptionsV2* options) const {
    Ort::GetApi().ReleaseTensorRTProviderOptions(options);
  }
};
using ProviderOptions = std::unique_ptr<OrtTensorRTProviderOptionsV2, ProviderOptionsDeleter>;

/// What is known before the provider sees the graph.
struct Plan {
  int ordinal = 0;
  void* stream = nullptr;
  std::string folder;
  bool fp16 = false;
  std::string shape;  ///< "images:8x3x416x416"; empty: the graph's sizes are fixed
};

ProviderOptions provider_options(const Plan& plan) {
  OrtTensorRTProviderOptionsV2* raw = nullptr;
  Ort::ThrowOnError(Ort::GetApi().CreateTensorRTProviderOptions(&raw));
  ProviderOptions options(raw);
  const std::string ordinal = std::to_string(plan.ordinal);
  std::vector<const char*> keys{"device_id",
                                "trt_engine_cache_enable",
                                "trt_timing_cache_enable",
                                "trt_cuda_graph_enable",
                                "trt_engine_cache_path",
                                "trt_timing_cache_path",
                                "trt_fp16_enable"};
  std::vector<const char*> values{ordinal.c_str(),      "1", "1", "1", plan.folder.c_str(), plan.folder.c_str(),
                                  plan.fp16 ? "1" : "0"};
  // One size: the graph of the full batch serves smaller ones, and an engine for one size is the fastest.
  if (!plan.shape.empty()) {
    for (const char* key : {"trt_profile_min_shapes", "trt_profile_opt_shapes", "trt_profile_max_shapes"}) {
      keys.push_back(key);
      values.push_back(plan.shape.c_str());
    }
  }
  Ort::ThrowOnError(Ort::GetApi().UpdateTensorRTProviderOptions(raw, keys.data(), values.data(), keys.size()));
  Ort::ThrowOnError(Ort::GetApi().UpdateTensorRTProviderOptionsWithValue(raw, "user_compute_stream", plan.stream));
  return options;
}

Ort::SessionOptions session_options(const Plan& plan, Ort::SessionOptions options) {
  options.AppendExecutionProvider_TensorRT_V2(*provider_options(plan));
  return options;
}

/// The provider keeps one captured graph a session, with the addresses that it saw.
class TensorRtSession final : public GraphSession {
 public:
  TensorRtSession(Device& device, std::string onnx, Ort::Session session, TensorPlace place,
                  std::unique_ptr<Stream> own, EngineFolder folder)
      : GraphSession(device, std::move(onnx), std::move(session), std::move(place), std::move(own)),
        folder_(std::move(folder)) {}

 private:
  void set_options(Ort::RunOptions& options) const override {
    options.AddConfigEntry(kOrtRunOptionsConfigDisableSynchronizeExecutionProviders, "1");
  }

  Status capture(Stream& caller, Binding& full) override {
    for (int i = 0; i < kRunsToCapture; ++i) LYN_CHECK(run_in_order(caller, full));
    LYN_CHECK(caller.synchronize());
    return folder_.mark_complete();
  }

  EngineFolder folder_;
};

std::string profile_shape(const Graph& graph, int batch) {
  if (!has_open_batch(graph)) return {};
  const auto& dims = graph.input.dims;
  return graph.input.name + ":" + std::to_string(batch) + "x" + std::to_string(dims[1]) + "x" +
         std::to_string(dims[2]) + "x" + std::to_string(dims[3]);
}

Result<EngineFolder> engine_folder(const Device& device, const ModelCard& card, const SessionOptions& options,
                                   int batch) {
  LYN_TRY(const std::string digest, model_digest(card.onnx));
  return EngineFolder::open(
      options.engine_home,
      {digest, gpu_identity(device), "onnxruntime " + Ort::GetVersionString() + ", tensorrt " + tensorrt_version(),
       options.fp16, batch});
}

void say_what_takes_so_long(const ModelCard& card, const EngineFolder& folder) {
  if (folder.complete()) return;
  log::info(card.onnx + ": TensorRT compiles an engine for this GPU; this takes minutes, once (" + folder.path() + ")");
}

}  // namespace

Result<std::unique_ptr<InferenceSession>> make_tensorrt_session(Device& device, const ModelCard& card,
                                                                const SessionOptions& options) {
  const int ordinal = cuda_ordinal(device);
  if (ordinal < 0) {
    return Error{ErrorKind::device, "detector.engine tensorrt does not run on " + device.name(),
                 "name --device cuda, or leave detector.engine out"};
  }
  LYN_CHECK(check_model_file(card));
  LYN_CHECK(load_gpu_libraries(true));
  LYN_TRY(Ort::Env* const env, ort::environment());
  LYN_TRY(Graph graph, read_graph(*env, card));
  const int batch = batch_of(graph, options.max_batch);
  LYN_TRY(EngineFolder folder, engine_folder(device, card, options, batch));
  say_what_takes_so_long(card, folder);
  LYN_TRY(auto stream, device.open_stream(StreamWork::lengthy));
  const Plan plan{ordinal, native_stream(*stream), folder.path(), options.fp16, profile_shape(graph, batch)};
  const auto with_provider = [&](bool strict) {
    return session_options(plan, gpu_session_options(graph, batch, strict, options.deterministic));
  };
  auto session = ort::guarded(card.onnx + ": cannot be loaded by TensorRT", "see `lynceus doctor`",
                              [&] { return Ort::Session(*env, card.onnx.c_str(), with_provider(true)); });
  if (!session) {
    return explain_refusal(*env, card, session.error(), "TensorRT", [&] { return with_provider(false); });
  }
  auto made = std::make_unique<TensorRtSession>(device, card.onnx, std::move(*session), gpu_memory(ordinal),
                                                std::move(stream), std::move(folder));
  LYN_CHECK(made->open_input(std::move(graph), batch));
  return std::unique_ptr<InferenceSession>(std::move(made));
}

}  // namespace lyn
