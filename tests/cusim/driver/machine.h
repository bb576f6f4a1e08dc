#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "cusim/driver/book.h"
#include "cusim/driver/settings.h"
#include "device/cuda/driver_types.h"

/// The one context that a GPU has here: its primary one. What the driver's handle points to.
struct CUctx_st {
  int gpu = 0;
  int retained = 0;
  CUresult lost = CUDA_SUCCESS;  ///< what every call answers once the GPU is lost
  std::uint64_t used_bytes = 0;
};

namespace cusim {

constexpr CUresult result(int code) {
  return static_cast<CUresult>(code);
}

/// What a call does, for those failures that not every call can have.
enum class Does { plain, allocates, gives_back, never_fails };

/// Everything that the stand-in knows. One lock for all of it: what it runs is small.
class Machine {
 public:
  static Machine& instance();

  std::recursive_mutex mutex;
  Settings settings;
  Book book;
  std::deque<CUctx_st> gpus;

  /// Forgets everything and begins as `text` says. Nothing of the API may be in use.
  void begin(std::string_view text);
  /// Counts a call of `gpu` (-1: of none), and says what it has to answer.
  CUresult enter(const char* function, int gpu, Does does);
  /// After it every call of the GPU answers `code`; of all GPUs where CUDA gives up the process (a fault in a kernel).
  void lose(int gpu, CUresult code);
  /// False when the GPU has no such memory left.
  bool take_memory(CUctx_st& gpu, std::size_t bytes) const;
  /// Findings and leaks, a line each; empty: none.
  [[nodiscard]] std::string report() const;
  /// "cuMemCreate 12", a line each.
  [[nodiscard]] std::string calls() const;

 private:
  Machine();
  [[nodiscard]] CUresult injected(const char* function, int gpu, Does does);

  std::map<std::string, std::uint64_t> calls_;
  std::uint64_t matching_ = 0;
  std::vector<std::deque<CUctx_st>> retired_;  ///< threads may still have one of them current
};

/// The calling thread's current context.
CUctx_st*& current();

/// The head of every function of the API: takes the lock, counts, and asks whether the call may go on.
class Call {
 public:
  enum class Needs { context, nothing };
  explicit Call(const char* function, Does does = Does::plain, Needs needs = Needs::context);

  explicit operator bool() const { return answer_ == CUDA_SUCCESS; }
  [[nodiscard]] CUresult answer() const { return answer_; }
  [[nodiscard]] CUctx_st& gpu() const { return *gpu_; }
  /// Whether a handle can be used by this call; answers "invalid value" where not, with a finding.
  bool uses(Kind kind, const void* handle);
  bool uses(Kind kind, std::uint64_t handle);
  /// True when the handle lived until now. On a lost GPU, too: the caller has done its part.
  bool gives_back(Kind kind, const void* handle);
  bool gives_back(Kind kind, std::uint64_t handle);
  void makes(Kind kind, const void* handle);
  void makes(Kind kind, std::uint64_t handle);
  CUresult refuse(std::string sentence);

 private:
  const char* function_;
  std::unique_lock<std::recursive_mutex> lock_;
  CUctx_st* gpu_;
  CUresult answer_ = CUDA_SUCCESS;
};

}  // namespace cusim
