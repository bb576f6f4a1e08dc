#include "device/cuda/cupti_witness.h"

#include <utility>

#include "device/cuda/caller_by_stack.h"
#include "device/cuda/context.h"
#include "device/cuda/cuda_witness.h"

namespace lyn::cupti {
namespace {

/// Calls of the runtime API that this thread is inside of: what they ask of the driver is theirs.
constinit thread_local int inside_runtime = 0;

/// The driver calls a callback on the thread that asked: the scope tells, or else the stack.
Caller who_calls() {
  const Caller caller = CallerScope::current();
  return caller == Caller::stranger ? caller_by_stack(capture_stack()) : caller;
}

bool may_take_host_memory(Caller caller) {
  return caller == Caller::staging || is_library(caller);
}

/// A decoder that opens anew for a camera that came back takes memory of its own; nobody else may.
bool may_take_device_memory(Caller caller) {
  return caller == Caller::video_decoder || caller == Caller::library;
}

std::string by(const CallbackData& call, Caller caller) {
  std::string text = std::string(" by ") + call.function;
  if (caller != Caller::stranger) text += std::string(", called for ") + name_of(caller);
  return text;
}

const char* words(Way way) {
  return way == Way::out ? "device to host" : "host to device";
}

}  // namespace

CuptiWitness::CuptiWitness(const CuptiApi& api, int ordinal, ViolationLog& violations)
    : api_(api),
      ordinal_(ordinal),
      violations_(violations),
      pcie_(nvml::PcieCounters::open(ordinal)),
      link_before_(pcie_.read()),
      link_since_(system_clock().now()) {
  kept_.reserve(kMostKept);
}

CuptiWitness::~CuptiWitness() {
  session_.reset();
}

Status CuptiWitness::start() {
  constexpr std::array kActivities{static_cast<int>(kActivityMemcpy), static_cast<int>(kActivityMemcpyPeer)};
  LYN_TRY(session_, Session::open(api_, kActivities, *this));
  return {};
}

void CuptiWitness::mark_warm() {
  std::uint64_t now = 0;
  std::uint64_t not_yet = 0;
  if (api_.timestamp(&now) != kSuccess || now == 0) now = 1;
  warm_since_.compare_exchange_strong(not_yet, now);
  may_grow_.store(false, std::memory_order_relaxed);
}

void CuptiWitness::on_call(const CallRule& rule, int domain, const CallbackData& call) {
  const bool enters = call.site == kApiEnter;
  if (domain == kDomainRuntime && (enters || inside_runtime > 0)) inside_runtime += enters ? 1 : -1;
  if (!enters) return;
  const bool outermost = inside_runtime == (domain == kDomainRuntime ? 1 : 0);
  switch (rule.kind) {
    case CallKind::copy:
    case CallKind::graph_launch:
      return asked_for_copy(rule, call, outermost);
    case CallKind::launch:
      if (outermost) launched(rule, call);
      return;
    case CallKind::host_memory:
    case CallKind::device_memory:
      if (outermost) took_memory(rule, call);
      return;
  }
}

/// Records may name the runtime's call or the driver's inside it: both are noted, the outer one is judged.
void CuptiWitness::asked_for_copy(const CallRule& rule, const CallbackData& call, bool outermost) {
  Call noted;
  noted.correlation = call.correlation;
  noted.caller = who_calls();
  noted.after_warmup = warm_since_.load(std::memory_order_relaxed) != 0;
  noted.function = call.function;
  const Way way = noted.caller == Caller::stranger ? way_of(rule, call.parameters) : Way::unknown;
  noted.reported = way == Way::out || way == Way::in;
  {
    const std::lock_guard lock(mutex_);
    if (noted.caller == Caller::stranger && way == Way::unknown) noted.witness = keep_stack();
    calls_.note(noted);
  }
  if (noted.reported && outermost) {
    violations_.report(std::string("a copy from ") + words(way) + " that the ledger does not know," +
                       by(call, noted.caller));
  }
}

/// With the lock held.
std::int16_t CuptiWitness::keep_stack() {
  if (kept_.size() == kMostKept) return -1;
  kept_.push_back({capture_stack(), ViolationLog::place()});
  return static_cast<std::int16_t>(kept_.size() - 1);
}

void CuptiWitness::launched(const CallRule& rule, const CallbackData& call) {
  if (!on_default_stream(rule, call.parameters)) return;
  const Caller caller = who_calls();
  {
    const std::lock_guard lock(mutex_);
    tally_.default_stream(caller);
  }
  if (is_library(caller)) return;
  const char* kernel = call.symbol == nullptr ? "a kernel" : call.symbol;
  violations_.report(std::string(kernel) + " was launched on a default stream," + by(call, caller));
}

void CuptiWitness::took_memory(const CallRule& rule, const CallbackData& call) {
  const bool host = rule.kind == CallKind::host_memory;
  if (!host && may_grow_.load(std::memory_order_relaxed)) return;
  const Caller caller = who_calls();
  const std::uint64_t bytes = bytes_taken(rule, call.parameters);
  {
    const std::lock_guard lock(mutex_);
    host ? tally_.host_memory(caller, bytes) : tally_.device_memory_when_warm(caller, bytes);
  }
  if (host ? may_take_host_memory(caller) : may_take_device_memory(caller)) return;
  violations_.report(std::to_string(bytes) +
                     (host ? " bytes of host memory that the device can write were taken,"
                           : " bytes of device memory were taken after warm-up,") +
                     by(call, caller));
}

/// A call that was seen says whether it came after warm-up; for others the GPU's time stamp does.
bool CuptiWitness::is_warm(const Copy& copy, const std::optional<Call>& call) const {
  if (call) return call->after_warmup;
  const std::uint64_t since = warm_since_.load(std::memory_order_relaxed);
  return since != 0 && (copy.start == 0 || copy.start >= since);
}

void CuptiWitness::on_records(std::span<std::uint8_t> buffer, std::uint64_t dropped) {
  Sentences late;  // reported without the lock: whoever hears of it may wait for a thread that calls the driver
  {
    const std::lock_guard lock(mutex_);
    const std::uint64_t read = each_copy(api_, buffer, [&](const Copy& copy) {
      std::optional<Call> call = calls_.answer(copy.correlation);
      if (!call) call = calls_.answer(copy.runtime_correlation);
      tally_.copied(copy, call, is_warm(copy, call));
      if (!call || call->caller != Caller::stranger || call->reported || copy.way == Way::within) return;
      std::string text = std::to_string(copy.bytes) + " bytes from " + words(copy.way == Way::in ? Way::in : Way::out) +
                         " that the ledger does not know, by " + call->function;
      std::optional<Kept> kept;
      if (call->witness >= 0) kept = kept_.at(static_cast<std::size_t>(call->witness));
      late.emplace_back(std::move(text), std::move(kept));
    });
    tally_.records(read, dropped);
  }
  for (const auto& [text, kept] : late) {
    kept ? violations_.report(text, kept->stack, kept->place) : violations_.report(text);
  }
}

/// Everything that the GPU was asked for is done and its records are here.
void CuptiWitness::settle() {
  if (const auto context = cuda::Context::open(ordinal_)) {
    static_cast<void>((*context)->check((*context)->api().context_synchronize(), "cuCtxSynchronize"));
  }
  session_->flush();
}

WitnessReport CuptiWitness::finish(const TransferLedger& ledger, std::uint64_t frames) {
  WitnessReport report;
  report.name = "cupti";
  report.version = api_.version_text();
  report.link = link_report();
  settle();
  session_.reset();
  report.warm = warm_since_.load() != 0;
  report.ledger_out = ledger.copied_out();
  report.ledger_in = ledger.copied_in();
  report.others_out = ledger.moved_out();
  report.others_in = ledger.moved_in();
  {
    const std::lock_guard lock(mutex_);
    tally_.fill(report);
  }
  for (Disagreement& found : judge(report, frames)) {
    if (!found.reported) violations_.report(found.text);
    report.disagreements.push_back(std::move(found.text));
  }
  return report;
}

LinkReport CuptiWitness::link_report() {
  LinkReport link;
  const auto now = pcie_.read();
  link.absent = pcie_.absent();
  if (!link.absent.empty()) return link;
  link.out_bytes = nvml::counted(link_before_.out, now.out);
  link.in_bytes = nvml::counted(link_before_.in, now.in);
  link.seconds = std::chrono::duration<double>(system_clock().now() - link_since_).count();
  return link;
}

}  // namespace lyn::cupti

namespace lyn {

Result<std::unique_ptr<Witness>> open_cuda_witness(int ordinal, ViolationLog& violations) {
  const auto& api = cupti::cupti_api();
  if (!api) return api.error();
  auto witness = std::make_unique<cupti::CuptiWitness>(**api, ordinal, violations);
  LYN_CHECK(witness->start());
  return std::unique_ptr<Witness>(std::move(witness));
}

}  // namespace lyn
