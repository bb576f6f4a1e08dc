#include <onnxruntime_cxx_api.h>
#include <onnxruntime_session_options_config_keys.h>

#include <utility>

#include "core/this_thread.h"
#include "stages/infer/bound_session.h"
#include "stages/infer/model_file.h"
#include "stages/infer/ort.h"

namespace lyn {
namespace {

Ort::SessionOptions cpu_options(const SessionOptions& wanted) {
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(wanted.threads > 0 ? wanted.threads : usable_cores());
  options.SetInterOpNumThreads(1);
  options.SetExecutionMode(ORT_SEQUENTIAL);
  options.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
  options.AddConfigEntry(kOrtSessionOptionsConfigAllowIntraOpSpinning, "0");
  options.AddConfigEntry(kOrtSessionOptionsConfigAllowInterOpSpinning, "0");
  return options;
}

TensorPlace readable_view() {
  return {Ort::MemoryInfo::CreateCpu(OrtDeviceAllocator, OrtMemTypeDefault),
          [](ByteAddress address) { return static_cast<void*>(address.host_view()); }};
}

/// Runs inside run(): on `cpu` the stream's order is the order of calls.
class CpuSession final : public BoundSession {
 public:
  using BoundSession::BoundSession;
  Status prepare(Stream& /*stream*/) override { return {}; }
  Status run(Stream& /*stream*/, ByteAddress input, int batch) override {
    LYN_TRY(Binding* const binding, bound(input, batch));
    return run_bound(*binding);
  }
};

}  // namespace

Result<std::unique_ptr<InferenceSession>> make_cpu_session(Device& device, const ModelCard& card,
                                                           const SessionOptions& options) {
  if (device.is_cuda()) {
    return Error{ErrorKind::device, "the CPU session cannot use memory of " + device.name(), "name --device cpu"};
  }
  if (options.engine == InferenceEngine::tensorrt) {
    return Error{ErrorKind::device, "detector.engine tensorrt does not run on " + device.name(),
                 "name --device cuda, or leave detector.engine out"};
  }
  LYN_CHECK(check_model_file(card));
  LYN_TRY(Ort::Env* const env, ort::environment());
  LYN_TRY(auto session, ort::guarded(card.onnx + ": cannot be loaded", "fetch or export the model again",
                                     [&] { return Ort::Session(*env, card.onnx.c_str(), cpu_options(options)); }));
  LYN_TRY(auto graph, ort::guarded(card.onnx + ": cannot be read", "", [&] { return check_graph(session, card); }));
  if (!graph) return graph.error();
  auto made = std::make_unique<CpuSession>(device, card.onnx, std::move(session), readable_view());
  LYN_CHECK(made->open(std::move(*graph), options.max_batch));
  return std::unique_ptr<InferenceSession>(std::move(made));
}

}  // namespace lyn
