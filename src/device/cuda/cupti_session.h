#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/result.h"
#include "device/cuda/cupti_api.h"
#include "device/cuda/cupti_calls.h"

namespace lyn::cupti {

/// What CUPTI tells. Both come on threads of others, also at the same time.
class SessionEvents {
 public:
  virtual ~SessionEvents() = default;
  /// At the beginning and at the end of a call that has a rule, on the thread that calls, inside the
  /// driver: no call to the driver or to CUPTI may be made here.
  virtual void on_call(const CallRule& rule, int domain, const CallbackData& call) = 0;
  /// A buffer of activity records, and how many did not fit.
  virtual void on_records(std::span<std::uint8_t> buffer, std::uint64_t dropped) = 0;
};

/// CUPTI at work: callbacks for every call that copies, launches or takes memory, and a record of each
/// memory copy, also of those inside graphs (one record a node, because no whole graphs are traced).
/// CUPTI serves one subscriber a process, so a second session is refused.
class Session {
 public:
  /// `activities`: kinds of records to ask for. Open it before contexts are made, so that it misses none.
  /// Errors (kind `device`): another session or profiler is at work, or CUPTI cannot trace here.
  static Result<std::unique_ptr<Session>> open(const CuptiApi& api, std::span<const int> activities,
                                               SessionEvents& events);
  /// Ends it; no event comes after this returns.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Hands over every record of work that the GPU has finished, inside the call. Without it CUPTI's own thread
  /// does so twice a second.
  void flush();
  [[nodiscard]] const CallRule* rule(int domain, std::uint32_t id) const;

 private:
  Session(const CuptiApi& api, SessionEvents& events) : api_(api), events_(events) {}
  Status start(std::span<const int> activities);
  Status watch_calls(int domain);
  [[nodiscard]] Status check(Code code, const char* call) const;
  static void called(void* user, int domain, std::uint32_t id, const void* data);
  static void buffer_requested(std::uint8_t** buffer, std::size_t* size, std::size_t* most_records);
  static void buffer_completed(void* context, std::uint32_t stream, std::uint8_t* buffer, std::size_t size,
                               std::size_t valid);

  const CuptiApi& api_;
  SessionEvents& events_;
  Subscriber subscriber_ = nullptr;
  std::vector<int> activities_;  ///< those that are on
  std::array<std::vector<const CallRule*>, 2> rules_;
};

}  // namespace lyn::cupti
