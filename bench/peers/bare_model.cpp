// What the model alone costs: ONNX Runtime on one constant input, again and again.
//
//   bare_model MODEL.onnx RUNS [THREADS]
#include <onnxruntime_cxx_api.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: bare_model MODEL.onnx RUNS [THREADS]\n", stderr);
    return 2;
  }
  const int runs = std::atoi(argv[2]);
  Ort::Env env(ORT_LOGGING_LEVEL_WARNING, "bare");
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(argc > 3 ? std::atoi(argv[3]) : 1);
  options.AddConfigEntry("session.intra_op.allow_spinning", "0");
  Ort::Session session(env, argv[1], options);
  auto shape = session.GetInputTypeInfo(0).GetTensorTypeAndShapeInfo().GetShape();
  std::size_t count = 1;
  for (auto& side : shape) {
    if (side < 1) side = 1;
    count *= static_cast<std::size_t>(side);
  }
  std::vector<float> values(count, 114.0F);
  const Ort::MemoryInfo memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  const Ort::Value input = Ort::Value::CreateTensor<float>(memory, values.data(), count, shape.data(), shape.size());
  Ort::AllocatorWithDefaultOptions allocator;
  const auto input_name = session.GetInputNameAllocated(0, allocator);
  const auto output_name = session.GetOutputNameAllocated(0, allocator);
  const char* inputs[] = {input_name.get()};
  const char* outputs[] = {output_name.get()};
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < runs; ++i) session.Run(Ort::RunOptions{nullptr}, inputs, &input, 1, outputs, 1);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("{\"runs\":%d,\"seconds\":%.3f}\n", runs, seconds);
  return 0;
}
