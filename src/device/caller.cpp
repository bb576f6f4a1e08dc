#include "device/caller.h"

#include <array>

namespace lyn {

namespace {

constinit thread_local Caller calling = Caller::stranger;

constexpr std::array<const char*, static_cast<unsigned>(Caller::count_)> kNames{
    "stranger",        "ledger",         "device",       "pool", "staging", "runtime:onnxruntime",
    "runtime:nvcuvid", "runtime:nvjpeg", "runtime:other"};

}  // namespace

const char* name_of(Caller caller) {
  return kNames[static_cast<unsigned>(caller)];
}

bool is_library(Caller caller) {
  return caller == Caller::onnxruntime || caller == Caller::video_decoder || caller == Caller::jpeg_encoder ||
         caller == Caller::library;
}

CallerScope::CallerScope(Caller caller) : outer_(calling) {
  calling = caller;
}

CallerScope::~CallerScope() {
  calling = outer_;
}

Caller CallerScope::current() {
  return calling;
}

}  // namespace lyn
