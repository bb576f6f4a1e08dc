#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "device/cuda/cupti_api.h"

namespace lyn::cupti {

/// CUPTI as its documentation says that it behaves, with a driver that is told what happens: calls reach
/// the subscriber at once, records when somebody flushes. One at a time; calls may come on many threads.
class FakeCupti {
 public:
  FakeCupti();
  ~FakeCupti() { at_work = nullptr; }
  FakeCupti(const FakeCupti&) = delete;
  FakeCupti& operator=(const FakeCupti&) = delete;

  CuptiApi api;
  std::uint64_t now = 1'000;
  std::size_t dropped = 0;
  std::string fails;  ///< the call that answers with an error: "enable_activity"

  /// A call to the driver or the runtime, `inside` it whatever it does in turn. Returns its correlation id.
  std::uint32_t call(int domain, const std::string& function, const void* parameters,
                     const std::function<void()>& inside = {});
  std::uint32_t driver(const std::string& function, const void* parameters = nullptr) {
    return call(kDomainDriver, function, parameters);
  }
  /// The GPU has done a copy that such a call asked for.
  void copied(CopyKind kind, std::uint64_t bytes, std::uint32_t correlation, std::uint64_t graph_node = 0);

  [[nodiscard]] bool subscribed() const { return callback_ != nullptr; }
  /// The subscriber of before, for calls that come when it has gone.
  [[nodiscard]] Callback last_callback() const { return last_callback_; }

 private:
  static FakeCupti* at_work;
  void enter(int site, int domain, std::uint32_t id, const char* name, const void* parameters,
             std::uint32_t correlation);
  static Code fail(const char* call) { return at_work->fails == call ? 15 : kSuccess; }  // NOT_INITIALIZED
  static Code flush(std::uint32_t flags);

  Callback callback_ = nullptr;
  Callback last_callback_ = nullptr;
  BufferRequested requested_ = nullptr;
  BufferCompleted completed_ = nullptr;
  std::map<std::pair<int, std::uint32_t>, bool> enabled_;
  std::mutex mutex_;
  std::vector<MemcpyRecord> records_;
  std::atomic<std::uint32_t> next_{1};
};

}  // namespace lyn::cupti
