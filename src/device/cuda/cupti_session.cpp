#include "device/cuda/cupti_session.h"

#include <atomic>

#include "device/cuda/record_buffers.h"

namespace lyn::cupti {
namespace {

/// The session that CUPTI's callbacks go to: buffer callbacks carry no pointer of ours.
std::atomic<Session*> at_work{nullptr};

/// Callbacks that are running; a session ends once there is none.
std::atomic<int> running{0};

class Running {
 public:
  Running() { running.fetch_add(1); }
  ~Running() {
    if (running.fetch_sub(1) == 1) running.notify_all();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
};

/// Each thread has a buffer of its own: one that copies once and never again would keep its record for ever.
/// Often enough that a call is not forgotten before its record comes, also at thousands of copies a second.
constexpr std::uint32_t kFlushPeriodMs = 500;

/// More than CUDA 13.0 has of either API (806 and 522).
constexpr std::uint32_t kMostCalls = 4096;

constexpr const char* kRemedy =
    "end other profilers of this process (Nsight, an ONNX Runtime profile), use CUPTI of the driver's CUDA, or set "
    "witnesses: off";

}  // namespace

Result<std::unique_ptr<Session>> Session::open(const CuptiApi& api, std::span<const int> activities,
                                               SessionEvents& events) {
  std::unique_ptr<Session> session(new Session(api, events));
  Session* nobody = nullptr;
  if (!at_work.compare_exchange_strong(nobody, session.get())) {
    return Error{ErrorKind::device, "CUPTI: it watches another run of this process already",
                 "run one at a time, or set witnesses: off for the others"};
  }
  LYN_CHECK(session->start(activities));
  return session;
}

Status Session::start(std::span<const int> activities) {
  LYN_CHECK(check(api_.subscribe(&subscriber_, &Session::called, nullptr), "cuptiSubscribe"));
  LYN_CHECK(watch_calls(kDomainDriver));
  LYN_CHECK(watch_calls(kDomainRuntime));
  LYN_CHECK(check(api_.register_buffers(&Session::buffer_requested, &Session::buffer_completed),
                  "cuptiActivityRegisterCallbacks"));
  for (const int kind : activities) {
    LYN_CHECK(check(api_.enable_activity(kind), "cuptiActivityEnable"));
    activities_.push_back(kind);
  }
  return check(api_.flush_period(kFlushPeriodMs), "cuptiActivityFlushPeriod");
}

/// Ids change from version to version; names stay.
Status Session::watch_calls(int domain) {
  auto& rules = rules_.at(static_cast<std::size_t>(domain - 1));
  for (std::uint32_t id = 1; id < kMostCalls; ++id) {
    const char* name = nullptr;
    if (api_.callback_name(domain, id, &name) != kSuccess || name == nullptr) continue;
    const CallRule* rule = rule_of_call(name);
    if (rule == nullptr) continue;
    rules.resize(id + 1, nullptr);
    rules[id] = rule;
    LYN_CHECK(check(api_.enable_callback(1, subscriber_, domain, id), "cuptiEnableCallback"));
  }
  return {};
}

Session::~Session() {
  if (at_work.load() != this) return;
  if (!activities_.empty()) api_.flush_period(0);
  for (const int kind : activities_) api_.disable_activity(kind);
  if (!activities_.empty()) flush();
  if (subscriber_ != nullptr) api_.unsubscribe(subscriber_);
  at_work.store(nullptr);
  for (int count = running.load(); count != 0; count = running.load()) running.wait(count);
}

void Session::flush() {
  api_.flush(0);
  api_.flush(kFlushForced);
}

const CallRule* Session::rule(int domain, std::uint32_t id) const {
  if (domain != kDomainDriver && domain != kDomainRuntime) return nullptr;
  const auto& rules = rules_.at(static_cast<std::size_t>(domain - 1));
  return id < rules.size() ? rules[id] : nullptr;
}

Status Session::check(Code code, const char* call) const {
  if (code == kSuccess) return {};
  return Error{ErrorKind::device, "CUPTI: " + std::string(call) + ": " + describe(api_, code) + " (" + api_.file + ")",
               kRemedy};
}

void Session::called(void* /*user*/, int domain, std::uint32_t id, const void* data) {
  const Running scope;
  const Session* session = at_work.load();
  if (session == nullptr) return;
  const CallRule* rule = session->rule(domain, id);
  if (rule != nullptr) session->events_.on_call(*rule, domain, *static_cast<const CallbackData*>(data));
}

void Session::buffer_requested(std::uint8_t** buffer, std::size_t* size, std::size_t* most_records) {
  *buffer = RecordBuffers::take();
  *size = RecordBuffers::kBytes;
  *most_records = 0;  // as many as fit
}

void Session::buffer_completed(void* context, std::uint32_t stream, std::uint8_t* buffer, std::size_t /*size*/,
                               std::size_t valid) {
  {
    const Running scope;
    if (const Session* session = at_work.load()) {
      std::size_t dropped = 0;
      session->api_.dropped(context, stream, &dropped);
      session->events_.on_records({buffer, valid}, dropped);
    }
  }
  RecordBuffers::give_back(buffer);
}

}  // namespace lyn::cupti
