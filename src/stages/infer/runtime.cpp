#include "stages/infer/runtime.h"

#include <onnxruntime_cxx_api.h>

namespace lyn {

std::string inference_runtime() {
  std::string text = "ONNX Runtime " + Ort::GetVersionString() + ":";
  for (const std::string& provider : Ort::GetAvailableProviders()) text += " " + provider;
  return text;
}

}  // namespace lyn
