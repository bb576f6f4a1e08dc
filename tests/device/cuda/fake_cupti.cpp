#include "device/cuda/fake_cupti.h"

#include <array>

namespace lyn::cupti {
namespace {

constexpr std::array<const char*, 8> kDriver = {"cuMemcpyDtoHAsync_v2", "cuMemcpyHtoDAsync_v2", "cuMemcpyAsync",
                                                "cuLaunchKernel",       "cuMemHostAlloc_v2",    "cuMemCreate",
                                                "cuGraphLaunch",        "cuStreamSynchronize"};
constexpr std::array<const char*, 3> kRuntime = {"cudaMemcpyAsync_v3020", "cudaHostAlloc_v3020",
                                                 "cudaGraphLaunch_v10000"};

const char* name_at(int domain, std::uint32_t id) {
  if (domain == kDomainDriver && id >= 1 && id <= kDriver.size()) return kDriver.at(id - 1);
  if (domain == kDomainRuntime && id >= 1 && id <= kRuntime.size()) return kRuntime.at(id - 1);
  return nullptr;
}

}  // namespace

FakeCupti* FakeCupti::at_work = nullptr;

FakeCupti::FakeCupti() {
  at_work = this;
  api.file = "libcupti.so.fake";
  api.version = [](std::uint32_t* version) { return *version = 130'001, kSuccess; };
  api.result_text = [](Code, const char** text) { return *text = "CUPTI_ERROR_NOT_INITIALIZED", kSuccess; };
  api.subscribe = [](Subscriber* subscriber, Callback callback, void*) {
    *subscriber = reinterpret_cast<Subscriber>(at_work);
    if (at_work->callback_ != nullptr) return 39;  // MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED
    if (const Code code = fail("subscribe"); code != kSuccess) return code;
    at_work->callback_ = at_work->last_callback_ = callback;
    return kSuccess;
  };
  api.unsubscribe = [](Subscriber) { return at_work->callback_ = nullptr, kSuccess; };
  api.enable_callback = [](std::uint32_t on, Subscriber, int domain, std::uint32_t id) {
    at_work->enabled_[{domain, id}] = on != 0;
    return fail("enable_callback");
  };
  api.callback_name = [](int domain, std::uint32_t id, const char** name) {
    *name = name_at(domain, id);
    return *name == nullptr ? 1 : kSuccess;
  };
  api.register_buffers = [](BufferRequested requested, BufferCompleted completed) {
    at_work->requested_ = requested;
    at_work->completed_ = completed;
    return fail("register_buffers");
  };
  api.enable_activity = [](int) { return fail("enable_activity"); };
  api.disable_activity = [](int) { return kSuccess; };
  api.flush = &FakeCupti::flush;
  api.flush_period = [](std::uint32_t) { return fail("flush_period"); };
  api.next_record = [](std::uint8_t* buffer, std::size_t valid, void** record) {
    auto* at = static_cast<std::uint8_t*>(*record);
    at = at == nullptr ? buffer : at + sizeof(MemcpyRecord);
    if (at >= buffer + valid) return 12;  // MAX_LIMIT_REACHED
    *record = at;
    return kSuccess;
  };
  api.dropped = [](void*, std::uint32_t, std::size_t* count) {
    *count = std::exchange(at_work->dropped, 0);
    return kSuccess;
  };
  api.timestamp = [](std::uint64_t* nanoseconds) { return *nanoseconds = at_work->now, kSuccess; };
}

void FakeCupti::enter(int site, int domain, std::uint32_t id, const char* name, const void* parameters,
                      std::uint32_t correlation) {
  const auto enabled = enabled_.find({domain, id});
  if (callback_ == nullptr || enabled == enabled_.end() || !enabled->second) return;
  CallbackData data{};
  data.site = site;
  data.function = name;
  data.parameters = parameters;
  data.symbol = "lyn_letterbox";
  data.correlation = correlation;
  callback_(nullptr, domain, id, &data);
}

std::uint32_t FakeCupti::call(int domain, const std::string& function, const void* parameters,
                              const std::function<void()>& inside) {
  const std::uint32_t correlation = next_++;
  for (std::uint32_t id = 1; name_at(domain, id) != nullptr; ++id) {
    if (function != name_at(domain, id)) continue;
    enter(kApiEnter, domain, id, name_at(domain, id), parameters, correlation);
    if (inside) inside();
    enter(kApiExit, domain, id, name_at(domain, id), parameters, correlation);
  }
  return correlation;
}

void FakeCupti::copied(CopyKind kind, std::uint64_t bytes, std::uint32_t correlation, std::uint64_t graph_node) {
  MemcpyRecord record{};
  record.kind = static_cast<std::uint32_t>(kActivityMemcpy);
  record.copy_kind = kind;
  record.source = kind == kCopyHostToDevice ? kMemoryPageable : kMemoryDevice;
  record.target = kind == kCopyDeviceToHost ? kMemoryPinned : kMemoryDevice;
  record.bytes = bytes;
  record.start = now;
  record.correlation = correlation;
  record.graph_node = graph_node;
  const std::lock_guard lock(mutex_);
  records_.push_back(record);
}

Code FakeCupti::flush(std::uint32_t /*flags*/) {
  std::vector<MemcpyRecord> records;
  {
    const std::lock_guard lock(at_work->mutex_);
    records.swap(at_work->records_);
  }
  if (records.empty()) return kSuccess;
  std::uint8_t* buffer = nullptr;
  std::size_t size = 0;
  std::size_t most = 0;
  at_work->requested_(&buffer, &size, &most);
  const std::size_t valid = records.size() * sizeof(MemcpyRecord);
  std::memcpy(buffer, records.data(), valid);
  at_work->completed_(nullptr, 0, buffer, size, valid);
  return kSuccess;
}

}  // namespace lyn::cupti
