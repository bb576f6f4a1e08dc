#include "cusim/driver/machine.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "cusim/driver/memory.h"
#include "cusim/driver/streams.h"

namespace cusim {
namespace {

namespace code = lyn::cuda::result;

/// Whether a failure takes the GPU with it, and whether it takes the whole process.
bool loses_process(int failure) {
  return failure == code::kIllegalAddress || failure == code::kLaunchFailed || failure == code::kHardwareStackError;
}
bool loses_gpu(int failure) {
  return loses_process(failure) || failure == code::kEccUncorrectable || failure == code::kNvlinkUncorrectable ||
         failure == code::kContained || failure == code::kUnknown;
}

/// What was not given back when the process ends is a failure of the process: no test can overlook it.
__attribute__((destructor)) void at_exit() {
  const std::string report = Machine::instance().report();
  if (report.empty()) return;
  std::fputs(report.c_str(), stderr);
  std::fflush(nullptr);
  std::_Exit(99);
}

}  // namespace

Machine& Machine::instance() {
  static auto* machine = new Machine;  // used by the destructor above: never destroyed
  return *machine;
}

Machine::Machine() {
  const char* text = std::getenv("CUSIM");
  begin(text == nullptr ? "" : text);
}

void Machine::begin(std::string_view text) {
  std::lock_guard lock(mutex);
  settings = parse_settings(text);
  book = {};
  calls_.clear();
  matching_ = 0;
  for (CUctx_st& gpu : gpus) gpu.retained = 0;
  retired_.push_back(std::exchange(gpus, {}));
  for (int i = 0; i < settings.devices; ++i) gpus.push_back({i, 0, CUDA_SUCCESS, 0});
  forget_streams();
  forget_memory();
}

CUresult Machine::injected(const char* function, int gpu, Does does) {
  const Failure& failure = settings.failure;
  if (failure.code == 0) return CUDA_SUCCESS;
  if (!failure.function.empty() && failure.function != function) return CUDA_SUCCESS;
  if (failure.gpu >= 0 && failure.gpu != gpu) return CUDA_SUCCESS;
  if (failure.code == code::kOutOfMemory && does != Does::allocates) return CUDA_SUCCESS;
  // What gives back fails only with the GPU itself, unless a test names it.
  const bool returns = does == Does::never_fails || (does == Does::gives_back && failure.function.empty());
  if (returns && !loses_gpu(failure.code)) return CUDA_SUCCESS;
  if (++matching_ != failure.at) return CUDA_SUCCESS;
  ++calls_["(failed)"];
  if (loses_gpu(failure.code)) lose(gpu, result(failure.code));
  return result(failure.code);
}

CUresult Machine::enter(const char* function, int gpu, Does does) {
  ++calls_[function];
  return injected(function, gpu, does);
}

void Machine::lose(int gpu, CUresult with) {
  for (CUctx_st& each : gpus) {
    if (each.gpu != gpu && !loses_process(static_cast<int>(with))) continue;
    each.lost = with;
    drop_work(each.gpu);
  }
}

std::string Machine::report() const {
  std::string text;
  for (const std::string& finding : book.findings()) text += "cusim: " + finding + "\n";
  for (const std::string& leak : book.leaks()) text += "cusim: " + leak + "\n";
  return text;
}

std::string Machine::calls() const {
  std::string text;
  for (const auto& [function, count] : calls_) text += function + " " + std::to_string(count) + "\n";
  return text;
}

bool Machine::take_memory(CUctx_st& gpu, std::size_t bytes) const {
  if (bytes > (settings.memory_mb << 20U) - gpu.used_bytes) return false;
  gpu.used_bytes += bytes;
  return true;
}

CUctx_st*& current() {
  static thread_local CUctx_st* context = nullptr;
  return context;
}

Call::Call(const char* function, Does does, Needs needs)
    : function_(function), lock_(Machine::instance().mutex), gpu_(current()) {
  Machine& machine = Machine::instance();
  const bool has_context = gpu_ != nullptr && gpu_->retained > 0;
  answer_ = machine.enter(function, has_context ? gpu_->gpu : -1, does);
  if (needs == Needs::nothing || answer_ != CUDA_SUCCESS) return;
  if (!has_context) {
    machine.book.find(std::string(function) + ": no context is current");
    answer_ = result(code::kInvalidContext);
  } else {
    answer_ = gpu_->lost;
  }
}

bool Call::uses(Kind kind, std::uint64_t handle) {
  if (Machine::instance().book.uses(kind, handle, gpu_->gpu, function_)) return true;
  answer_ = result(code::kInvalidValue);
  return false;
}

bool Call::gives_back(Kind kind, std::uint64_t handle) {
  if (gpu_ == nullptr || gpu_->retained == 0) return false;
  const bool known = Machine::instance().book.died(kind, handle, gpu_->gpu, function_);
  if (!known && answer_ == CUDA_SUCCESS) answer_ = result(code::kInvalidValue);
  return known;
}

void Call::makes(Kind kind, std::uint64_t handle) {
  Machine::instance().book.born(kind, handle, gpu_->gpu);
}

bool Call::uses(Kind kind, const void* handle) {
  return uses(kind, reinterpret_cast<std::uintptr_t>(handle));
}
bool Call::gives_back(Kind kind, const void* handle) {
  return gives_back(kind, reinterpret_cast<std::uintptr_t>(handle));
}
void Call::makes(Kind kind, const void* handle) {
  makes(kind, reinterpret_cast<std::uintptr_t>(handle));
}

CUresult Call::refuse(std::string sentence) {
  Machine::instance().book.find(std::string(function_) + ": " + std::move(sentence));
  return answer_ = result(code::kInvalidValue);
}

}  // namespace cusim
