// What the model alone can do on a GPU: ONNX Runtime's CUDA provider and nothing of ours, on one constant input in
// device memory, as one CUDA graph, again and again.
//
//   bare_model_cuda MODEL.onnx INPUT_SIDE BATCH SECONDS [PROVIDER_OPTION=VALUE …]
//
// The first dimension of the input is called as the graph calls it and fixed to BATCH.
#include <onnxruntime_cxx_api.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
constexpr int kRunsToCapture = 6;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

Ort::SessionOptions with_cuda(const char* batch_name, int batch, int count, char** more) {
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(1);
  options.AddConfigEntry("session.intra_op.allow_spinning", "0");
  if (batch_name != nullptr && *batch_name != '\0') {
    Ort::ThrowOnError(Ort::GetApi().AddFreeDimensionOverrideByName(options, batch_name, batch));
  }
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i) texts.emplace_back(more[i]);
  std::vector<const char*> keys{"enable_cuda_graph", "arena_extend_strategy"}, values{"1", "kNextPowerOfTwo"};
  for (std::string& text : texts) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) continue;
    text[equals] = '\0';
    keys.push_back(text.c_str());
    values.push_back(text.c_str() + equals + 1);
  }
  OrtCUDAProviderOptionsV2* cuda = nullptr;
  Ort::ThrowOnError(Ort::GetApi().CreateCUDAProviderOptions(&cuda));
  Ort::ThrowOnError(Ort::GetApi().UpdateCUDAProviderOptions(cuda, keys.data(), values.data(), keys.size()));
  options.AppendExecutionProvider_CUDA_V2(*cuda);
  Ort::GetApi().ReleaseCUDAProviderOptions(cuda);
  return options;
}

std::string batch_name_of(Ort::Env& env, const char* onnx) {
  Ort::SessionOptions plain;
  plain.SetGraphOptimizationLevel(ORT_DISABLE_ALL);
  const Ort::Session session(env, onnx, plain);
  const auto info = session.GetInputTypeInfo(0);
  const auto tensor = info.GetTensorTypeAndShapeInfo();
  std::vector<const char*> names(tensor.GetDimensionsCount());
  tensor.GetSymbolicDimensions(names.data(), names.size());
  return names.at(0);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fputs("usage: bare_model_cuda MODEL.onnx INPUT_SIDE BATCH SECONDS [PROVIDER_OPTION=VALUE …]\n", stderr);
    return 2;
  }
  const int side = std::atoi(argv[2]), batch = std::atoi(argv[3]);
  const double wanted = std::atof(argv[4]);
  try {
    Ort::Env env(ORT_LOGGING_LEVEL_ERROR, "bare");
    const std::string name = batch_name_of(env, argv[1]);
    const auto loading = Clock::now();
    Ort::Session session(env, argv[1], with_cuda(name.c_str(), batch, argc - 5, argv + 5));
    Ort::AllocatorWithDefaultOptions host;
    const Ort::MemoryInfo memory("Cuda", OrtDeviceAllocator, 0, OrtMemTypeDefault);
    Ort::Allocator device(session, memory);
    const std::vector<std::int64_t> shape{batch, 3, side, side};
    const Ort::Value input = Ort::Value::CreateTensor<float>(device, shape.data(), shape.size());
    Ort::IoBinding io(session);
    io.BindInput(session.GetInputNameAllocated(0, host).get(), input);
    // The first run says how large the outputs are; a captured graph needs them where they stay.
    for (std::size_t i = 0; i < session.GetOutputCount(); ++i) {
      io.BindOutput(session.GetOutputNameAllocated(i, host).get(), memory);
    }
    Ort::RunOptions loose;
    loose.AddConfigEntry("gpu_graph_id", "-1");
    session.Run(loose, io);
    const std::vector<Ort::Value> outputs = io.GetOutputValues();
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      io.BindOutput(session.GetOutputNameAllocated(i, host).get(), outputs[i]);
    }
    for (int i = 0; i < 3; ++i) session.Run(loose, io);
    Ort::RunOptions captured;
    captured.AddConfigEntry("gpu_graph_id", "1");
    for (int i = 0; i < kRunsToCapture; ++i) session.Run(captured, io);
    const double loaded = seconds_since(loading);
    const auto begin = Clock::now();
    int runs = 0;
    while (seconds_since(begin) < wanted) {
      session.Run(captured, io);
      ++runs;
    }
    const double seconds = seconds_since(begin);
    std::printf("{\"model\":\"%s\",\"batch\":%d,\"options\":\"", std::strrchr(argv[1], '/') + 1, batch);
    for (int i = 5; i < argc; ++i) std::printf("%s%s", i > 5 ? " " : "", argv[i]);
    std::printf("\",\"load_seconds\":%.1f,\"ms_a_batch\":%.3f,\"pictures_per_second\":%.0f}\n", loaded,
                1000 * seconds / runs, batch * runs / seconds);
  } catch (const Ort::Exception& error) {
    std::printf("{\"model\":\"%s\",\"batch\":%d,\"error\":\"%.300s\"}\n", argv[1], batch, error.what());
    return 1;
  }
  return 0;
}
