#include "stages/infer/ordered_session_cuda.h"

#include <onnxruntime_session_options_config_keys.h>

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

TensorPlace gpu_memory(int ordinal) {
  return {Ort::MemoryInfo("Cuda", OrtDeviceAllocator, ordinal, OrtMemTypeDefault),
          [](ByteAddress address) { return reinterpret_cast<void*>(address.raw); }};
}

Ort::SessionOptions gpu_session_options(bool strict) {
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(1);
  options.SetInterOpNumThreads(1);
  options.SetExecutionMode(ORT_SEQUENTIAL);
  options.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
  options.AddConfigEntry(kOrtSessionOptionsConfigAllowIntraOpSpinning, "0");
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
