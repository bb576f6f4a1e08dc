#include "device/cuda/cuda_stream.h"

#include <atomic>

namespace lyn::cuda {
namespace {

/// Priorities of streams: lower goes first. The driver takes the nearest that the GPU has.
constexpr int kFirst = -100;
constexpr int kLast = 0;

}  // namespace

Result<std::shared_ptr<CudaEvent>> CudaEvent::create(const ContextRef& context) {
  std::shared_ptr<CudaEvent> event(new CudaEvent(context));
  constexpr unsigned kFlags = CU_EVENT_BLOCKING_SYNC | CU_EVENT_DISABLE_TIMING;
  LYN_CHECK(context->enter());
  LYN_CHECK(context->check(context->api().event_create(&event->handle_, kFlags), "cuEventCreate"));
  return event;
}

CudaEvent::~CudaEvent() {
  if (handle_ != nullptr && context_->enter()) context_->api().event_destroy(handle_);
}

Status CudaEvent::wait() {
  LYN_CHECK(context_->enter());
  return context_->check(context_->api().event_synchronize(handle_), "cuEventSynchronize");
}

bool CudaEvent::done() {
  if (!context_->enter()) return true;  // a lost context: wait() says so
  return static_cast<int>(context_->api().event_query(handle_)) != result::kNotReady;
}

Status CudaEvent::hold(CUstream stream) const {
  LYN_CHECK(context_->enter());
  return context_->check(context_->api().stream_wait_event(stream, handle_, 0), "cuStreamWaitEvent");
}

Result<std::unique_ptr<CudaStream>> CudaStream::create(const ContextRef& context, StreamWork work) {
  std::unique_ptr<CudaStream> stream(new CudaStream(context));
  LYN_CHECK(context->enter());
  const int priority = work == StreamWork::brief ? kFirst : kLast;
  LYN_CHECK(context->check(context->api().stream_create(&stream->handle_, CU_STREAM_NON_BLOCKING, priority),
                           "cuStreamCreateWithPriority"));
  return stream;
}

CudaStream::~CudaStream() {
  if (handle_ != nullptr && context_->enter()) context_->api().stream_destroy(handle_);
}

/// The pool's own share is one; any other holder makes it more. Holders only ever let go on other
/// threads, and only this stream's thread hands out, so a count of one stays one.
Result<std::shared_ptr<CudaEvent>> CudaStream::free_event() {
  for (std::size_t tried = 0; tried < events_.size(); ++tried) {
    next_ = next_ + 1 < events_.size() ? next_ + 1 : 0;
    if (events_[next_].use_count() == 1) {
      std::atomic_thread_fence(std::memory_order_acquire);
      return events_[next_];
    }
  }
  auto event = CudaEvent::create(context_);
  if (event) events_.push_back(*event);
  return event;
}

Result<EventRef> CudaStream::record() {
  LYN_TRY(auto event, free_event());
  LYN_CHECK(context_->enter());
  LYN_CHECK(context_->check(context_->api().event_record(event->handle(), handle_), "cuEventRecord"));
  return EventRef(std::move(event));
}

Status CudaStream::wait(const EventRef& event) {
  if (event == nullptr) return {};
  auto* own = dynamic_cast<CudaEvent*>(event.get());
  if (own == nullptr) return event->wait();  // another backend's: there is no order between devices but the host's
  return own->hold(handle_);
}

Status CudaStream::synchronize() {
  LYN_CHECK(context_->enter());
  return context_->check(context_->api().stream_synchronize(handle_), "cuStreamSynchronize");
}

}  // namespace lyn::cuda

namespace lyn {

Status make_native_stream_wait(std::uintptr_t stream, const EventRef& event) {
  if (event == nullptr) return {};
  const auto* own = dynamic_cast<const cuda::CudaEvent*>(event.get());
  return own == nullptr ? event->wait() : own->hold(reinterpret_cast<CUstream>(stream));
}

}  // namespace lyn
