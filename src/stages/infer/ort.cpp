#include "stages/infer/ort.h"

#include <regex>

#include "core/log.h"

namespace lyn::ort {
namespace {

thread_local std::vector<std::string>* captured = nullptr;

/// ONNX Runtime's warnings are for those who write it; its errors come back as exceptions as well.
void ORT_API_CALL log_message(void* /*unused*/, OrtLoggingLevel level, const char* category, const char* /*id*/,
                              const char* /*place*/, const char* message) {
  if (captured != nullptr) {
    captured->emplace_back(message);
    return;
  }
  std::string line = std::string("onnxruntime (") + category + "): " + message;
  if (level >= ORT_LOGGING_LEVEL_ERROR) {
    log::warning(std::move(line));
  } else {
    log::debug(std::move(line));
  }
}

Ort::Env* make_environment() {
  auto* env = new Ort::Env(ORT_LOGGING_LEVEL_WARNING, "lynceus", log_message, nullptr);
  env->DisableTelemetryEvents();
  return env;
}

}  // namespace

LogCapture::LogCapture() {
  captured = &lines_;
}
LogCapture::~LogCapture() {
  captured = nullptr;
}

Result<Ort::Env*> environment() {
  const OrtApiBase* base = OrtGetApiBase();
  if (base->GetApi(ORT_API_VERSION) == nullptr) {
    return Error{
        ErrorKind::device,
        std::string("libonnxruntime ") + base->GetVersionString() + " lacks API " + std::to_string(ORT_API_VERSION),
        "run ./lynceus once to set up the version that belongs to this build"};
  }
  return guarded("onnxruntime cannot start", "", [] {
    static Ort::Env* const env = make_environment();
    return env;
  });
}

std::string message_of(const Ort::Exception& exception) {
  std::string text = exception.what();
  for (char& c : text) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  // "/onnxruntime_src/.../file.cc:123 signature": where in the library's source, useful to nobody here.
  static const std::regex kSourcePlace(R"(\S*/onnxruntime/\S+\.(cc|h):\d+\s*)");
  text = std::regex_replace(text, kSourcePlace, "");
  while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.pop_back();
  return text;
}

}  // namespace lyn::ort
