/// What CUPTI and NVML see of the things that Lynceus does on a GPU, record by record:
///   witness_probe copies|stack|decode CLIP|infer CARD|link
/// Each in a process of its own, so that one that breaks leaves the others. Plain text, for people.
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <map>
#include <mutex>
#include <string>

#include "core/clock.h"
#include "core/stack_trace.h"
#include "device/cuda/caller_by_stack.h"
#include "device/cuda/cuda_device_impl.h"
#include "device/cuda/cupti_copies.h"
#include "device/cuda/cupti_session.h"
#include "device/cuda/pcie_counters.h"
#include "gpu/clip.h"
#include "stages/decode/nvdec_cuda.h"
#include "stages/infer/model_card.h"
#include "stages/infer/session.h"
#include "stages/preprocess/letterbox.h"

namespace lyn::bench {
namespace {

using cupti::CallbackData;
using cupti::CallRule;
using cupti::MemcpyRecord;

constexpr int kActivityDriver = 4;   // CUPTI_ACTIVITY_KIND_DRIVER
constexpr int kActivityRuntime = 5;  // CUPTI_ACTIVITY_KIND_RUNTIME
constexpr const char* kWays[] = {"?", "out", "in", "within"};

/// CUpti_ActivityAPI (cupti_activity.h).
struct ApiRecord {
  std::uint32_t kind, id;
  std::uint64_t start, end;
  std::uint32_t process, thread, correlation, result;
};

/// Counts everything by a line of text.
class Dump final : public cupti::SessionEvents {
 public:
  explicit Dump(const cupti::CuptiApi& api) : api_(api) {}
  bool stacks = false;

  void on_call(const CallRule& rule, int domain, const CallbackData& call) override {
    if (call.site != cupti::kApiEnter) return;
    const Caller scope = CallerScope::current();
    const StackTrace stack = capture_stack();
    const Caller module = cupti::caller_by_stack(stack);
    std::string line = std::string(domain == cupti::kDomainDriver ? "driver " : "runtime ") + call.function +
                       " scope=" + name_of(scope) + " stack=" + name_of(module);
    if (rule.kind == cupti::CallKind::host_memory || rule.kind == cupti::CallKind::device_memory) {
      line += " takes " + std::to_string(cupti::bytes_taken(rule, call.parameters));
    }
    if (rule.kind == cupti::CallKind::launch && cupti::on_default_stream(rule, call.parameters))
      line += " DEFAULT STREAM";
    const std::lock_guard lock(mutex_);
    called_by_[call.correlation] = call.function;
    const bool first = calls_[line]++ == 0;
    if (!first || !stacks) return;
    std::printf("first %s, correlation %u:\n", line.c_str(), call.correlation);
    for (const std::string& frame : describe(stack)) std::printf("%s\n", frame.c_str());
  }

  void on_records(std::span<std::uint8_t> buffer, std::uint64_t dropped) override {
    const std::lock_guard lock(mutex_);
    ++buffers_;
    dropped_ += dropped;
    void* record = nullptr;
    while (api_.next_record(buffer.data(), buffer.size(), &record) == cupti::kSuccess) {
      ++records_[line_of(*static_cast<const std::uint32_t*>(record), record)];
    }
  }

  void print() {
    const std::lock_guard lock(mutex_);
    std::printf("-- %d buffers, %" PRIu64 " records dropped\n-- calls with a rule:\n", buffers_, dropped_);
    for (const auto& [line, count] : calls_) std::printf("%8ld  %s\n", count, line.c_str());
    std::printf("-- records:\n");
    for (const auto& [line, count] : records_) std::printf("%8ld  %s\n", count, line.c_str());
    std::fflush(stdout);
  }

 private:
  std::string line_of(std::uint32_t kind, const void* record) {
    if (kind == kActivityDriver || kind == kActivityRuntime) {
      const auto& api = *static_cast<const ApiRecord*>(record);
      const char* name = nullptr;
      api_.callback_name(kind == kActivityDriver ? cupti::kDomainDriver : cupti::kDomainRuntime, api.id, &name);
      return std::string(kind == kActivityDriver ? "api driver " : "api runtime ") + (name == nullptr ? "?" : name);
    }
    if (kind != static_cast<std::uint32_t>(cupti::kActivityMemcpy)) return "kind " + std::to_string(kind);
    MemcpyRecord raw{};
    std::memcpy(&raw, record, sizeof raw);
    const cupti::Copy copy = cupti::copy_of(raw);
    std::string line = std::string("memcpy ") + kWays[static_cast<int>(copy.way)] +
                       " kind=" + std::to_string(raw.copy_kind) + " " + cupti::name_of(copy.source) + "->" +
                       cupti::name_of(copy.target) + " " + std::to_string(copy.bytes) +
                       " bytes stream=" + std::to_string(raw.stream) + (copy.in_graph ? " GRAPH NODE" : "") +
                       (raw.start == 0 ? " untimed" : "");
    const auto driver = called_by_.find(copy.correlation);
    const auto runtime = called_by_.find(copy.runtime_correlation);
    line += driver != called_by_.end() ? " correlation=" + driver->second : " correlation=NOBODY";
    if (copy.runtime_correlation != 0) {
      line += runtime != called_by_.end() ? " runtime=" + runtime->second : " runtime=NOBODY";
    }
    return line;
  }

  const cupti::CuptiApi& api_;
  std::mutex mutex_;
  std::map<std::uint32_t, std::string> called_by_;
  std::map<std::string, long> calls_;
  std::map<std::string, long> records_;
  int buffers_ = 0;
  std::uint64_t dropped_ = 0;
};

/// CUPTI on, then a device and a stream, then `work`; at the end what was seen.
template <class Work>
Status watched(bool stacks, Work work) {
  const auto& api = cupti::cupti_api();
  if (!api) return api.error();
  std::printf("CUPTI %s at %s\n", (*api)->version_text().c_str(), (*api)->file.c_str());
  Dump dump(**api);
  dump.stacks = stacks;
  constexpr int kActivities[] = {cupti::kActivityMemcpy,     cupti::kActivityMemset, cupti::kActivityKernel,
                                 cupti::kActivityMemcpyPeer, kActivityDriver,        kActivityRuntime};
  LYN_TRY(const auto session, cupti::Session::open(**api, kActivities, dump));
  LYN_TRY(const auto device, open_cuda_device(0));
  LYN_TRY(const auto stream, device->open_stream());
  LYN_TRY(const cuda::ContextRef context, cuda::context_of(*device));
  const auto settle = [&](const char* title) {
    (void)context->check(context->api().context_synchronize(), "cuCtxSynchronize");
    session->flush();
    std::printf("== %s\n", title);
    dump.print();
  };
  LYN_CHECK(work(*device, *stream, *context, settle));
  settle("at the end");
  return {};
}

Status own_copies(bool stacks) {
  return watched(stacks, [](Device& device, Stream& stream, const cuda::Context& context, auto&) -> Status {
    LYN_TRY(const Buffer buffer, device.pool().lease(1U << 20U));
    LYN_TRY(Staging staging, Staging::create(device, 4096));
    std::vector<std::byte> host(100'003);
    const ByteAddress at = buffer.address();
    LYN_CHECK(device.copy_in(stream, Reason::tables, at, host));                         // in, pageable, 100003
    LYN_CHECK(device.copy_in(stream, Reason::tables, at, std::span(host).first(64)));    // in, pageable, small
    LYN_CHECK(device.copy_out(stream, Reason::boxes, staging.bytes().first(1001), at));  // out, pinned, 1001
    LYN_CHECK(device.copy_out(stream, Reason::tensors, host, at));                       // out, pageable, 100003
    LYN_CHECK(device.copy_out_rows(stream, Reason::frames, host.data(), at, {20, 16, 64, 24}));  // out, 2D, 320
    LYN_CHECK(device.copy_within(stream, at.offset_bytes(1 << 19), at, {4096, 1, 4096, 4096}));
    LYN_CHECK(device.copy_within(stream, at.offset_bytes(1 << 19), at, {32, 8, 64, 64}));
    CUstream order = cuda::stream_handle(stream);
    (void)context.api().copy_out(host.data(), at.raw, 777, order);  // a stranger's, 777
    void* mapped = nullptr;
    if (context.api().host_alloc(&mapped, 8192, 2) == CUDA_SUCCESS) {
      (void)context.api().copy_within(reinterpret_cast<CUdeviceptr>(mapped), at.raw, 888,
                                      order);  // "within", to the host
      (void)stream.synchronize();
      (void)context.api().host_free(mapped);
    }
    std::printf("ledger out %" PRIu64 " in %" PRIu64 "\n", device.ledger().copied_out(), device.ledger().copied_in());
    return stream.synchronize();
  });
}

Status decoding(const std::string& path) {
  LYN_TRY(const Clip clip, load_clip(path));
  return watched(false, [&](Device& device, Stream& stream, const cuda::Context&, auto& settle) -> Status {
    LYN_TRY(const auto decoder, make_nvdec_decoder(device, clip.stream, {}));
    const InputSpec spec;
    LYN_TRY(const Buffer slot, device.pool().lease(spec.slot_bytes()));
    Letterbox letterbox(device, spec);
    std::uint64_t frames = 0;
    std::uint64_t bitstream = 0;
    const auto begin = system_clock().now();
    for (std::size_t i = 0; i < 150; ++i) {
      const Packet& packet = clip.packets[i % clip.packets.size()];
      bitstream += packet.bytes.size();
      LYN_CHECK(decoder->send(packet));
      for (;;) {
        LYN_TRY(auto frame, decoder->receive());
        if (!frame) break;
        ++frames;
        if (auto done = letterbox.run(stream, frame->image, slot.address()); !done) return done.error();
        LYN_CHECK(stream.synchronize());
      }
      if (i == 50) settle("after 50 packets");
    }
    const double seconds = std::chrono::duration<double>(system_clock().now() - begin).count();
    std::printf("%" PRIu64 " frames in %.2f s, bitstream %" PRIu64 " bytes, ledger in %" PRIu64 "\n", frames, seconds,
                bitstream, device.ledger().copied_in());
    return {};
  });
}

Status inference(const std::string& path) {
  LYN_TRY(const ModelCard card, load_model_card(path));
  return watched(false, [&](Device& device, Stream& stream, const cuda::Context&, auto& settle) -> Status {
    LYN_TRY(const auto session, make_cuda_session(device, card, {1, 4}));
    std::size_t floats = static_cast<std::size_t>(session->max_batch());
    for (std::size_t i = 1; i < session->input().dims.size(); ++i)
      floats *= static_cast<std::size_t>(session->input().dims[i]);
    LYN_TRY(const Buffer input, device.pool().lease(floats * sizeof(float)));
    settle("loaded");
    LYN_CHECK(session->prepare(stream));
    settle("captured");
    for (int i = 0; i < 50; ++i) LYN_CHECK(session->run(stream, input.address(), session->max_batch()));
    settle("replayed 50 times");
    return {};
  });
}

/// 64 x 8 MiB each way: do the GPU's own counters move by as much?
Status link_counters() {
  LYN_TRY(const auto device, open_cuda_device(0));
  LYN_TRY(const auto stream, device->open_stream());
  constexpr std::size_t kBytes = 8U << 20U;
  LYN_TRY(const Buffer buffer, device->pool().lease(kBytes));
  LYN_TRY(Staging staging, Staging::create(*device, kBytes));
  auto counters = nvml::PcieCounters::open(0);
  if (!counters.absent().empty()) return std::printf("PCIe counters absent: %s\n", counters.absent().c_str()), Status();
  for (const bool out : {true, false}) {
    const auto before = counters.read();
    const auto begin = system_clock().now();
    for (int i = 0; i < 64; ++i) {
      LYN_CHECK(out ? device->copy_out(*stream, Reason::tensors, staging.bytes(), buffer.address())
                    : device->copy_in(*stream, Reason::tables, buffer.address(), staging.bytes()));
    }
    LYN_CHECK(stream->synchronize());
    const auto after = counters.read();
    std::printf("512 MiB (536870912 bytes) %s in %.3f s: counters say out %" PRIu64 " in %" PRIu64 " (%s bits)\n",
                out ? "out" : "in", std::chrono::duration<double>(system_clock().now() - begin).count(),
                nvml::counted(before.out, after.out), nvml::counted(before.in, after.in),
                after.out.narrow ? "32" : "64");
  }
  return {};
}

int run(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const std::string path = argc > 2 ? argv[2] : "";
  Status status = Error{ErrorKind::usage, "usage: witness_probe copies|stack|decode CLIP|infer CARD|link", ""};
  if (what == "copies" || what == "stack") status = own_copies(what == "stack");
  if (what == "decode") status = decoding(path);
  if (what == "infer") status = inference(path);
  if (what == "link") status = link_counters();
  if (status) return 0;
  std::fflush(stdout);
  std::fprintf(stderr, "%s\n", status.error().text().c_str());
  return 5;
}

}  // namespace
}  // namespace lyn::bench

int main(int argc, char** argv) {
  return lyn::bench::run(argc, argv);
}
