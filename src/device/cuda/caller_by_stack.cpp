#include "device/cuda/caller_by_stack.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>

namespace lyn::cupti {
namespace {

struct Library {
  std::string_view prefix;
  Caller caller;
};
constexpr std::array kLibraries = {
    Library{"libonnxruntime", Caller::onnxruntime}, Library{"libcudnn", Caller::onnxruntime},
    Library{"libcublas", Caller::onnxruntime},      Library{"libcufft", Caller::onnxruntime},
    Library{"libcurand", Caller::onnxruntime},      Library{"libnvinfer", Caller::onnxruntime},
    Library{"libnvcuvid", Caller::video_decoder},   Library{"libnvidia-encode", Caller::library},
    Library{"libnvjpeg", Caller::jpeg_encoder},     Library{"libcheckpoint", Caller::library}};

/// What stands between a caller and the callback.
constexpr std::array<std::string_view, 4> kBetween = {"libcuda.so", "libcudart", "libcupti", "libcudadebugger"};

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool between(std::string_view module) {
  const std::string_view name = file_name(module);
  return std::ranges::any_of(kBetween, [&](std::string_view prefix) { return name.starts_with(prefix); });
}

const char* module_of(const void* address) {
  Dl_info info{};
  return dladdr(address, &info) != 0 && info.dli_fname != nullptr ? info.dli_fname : "";
}

}  // namespace

Caller caller_by_modules(std::span<const std::string_view> modules, std::string_view own) {
  std::size_t at = 0;
  while (at < modules.size() && modules[at] == own) ++at;
  while (at < modules.size() && between(modules[at])) ++at;
  if (at == modules.size()) return Caller::stranger;
  const std::string_view name = file_name(modules[at]);
  for (const Library& library : kLibraries) {
    if (name.starts_with(library.prefix)) return library.caller;
  }
  return Caller::stranger;
}

Caller caller_by_stack(const StackTrace& stack) {
  std::array<std::string_view, StackTrace::kMost> modules;
  const auto depth = static_cast<std::size_t>(stack.depth);
  // A return address may be the first byte of the next function: look one byte before it.
  for (std::size_t i = 0; i < depth; ++i) modules.at(i) = module_of(static_cast<const char*>(stack.frames.at(i)) - 1);
  return caller_by_modules(std::span(modules).first(depth), module_of(reinterpret_cast<const void*>(&caller_by_stack)));
}

}  // namespace lyn::cupti
