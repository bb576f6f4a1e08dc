#pragma once

#include <memory>
#include <vector>

#include "device/cuda/context.h"
#include "device/stream.h"

namespace lyn::cuda {

/// A CUevent without timing; waiting for it sleeps.
class CudaEvent final : public Event {
 public:
  static Result<std::shared_ptr<CudaEvent>> create(const ContextRef& context);
  ~CudaEvent() override;
  CudaEvent(const CudaEvent&) = delete;
  CudaEvent& operator=(const CudaEvent&) = delete;

  Status wait() override;
  bool done() override;
  /// Makes later work of `stream` wait for this, on the device.
  Status hold(CUstream stream) const;
  [[nodiscard]] CUevent handle() const { return handle_; }

 private:
  explicit CudaEvent(ContextRef context) : context_(std::move(context)) {}

  ContextRef context_;
  CUevent handle_ = nullptr;
};

/// A CUstream that never waits for the default stream, with its own pool of events: record() takes
/// one that nobody holds any more, so that after warm-up it neither allocates nor locks.
class CudaStream final : public Stream {
 public:
  static Result<std::unique_ptr<CudaStream>> create(const ContextRef& context, StreamWork work);
  ~CudaStream() override;
  CudaStream(const CudaStream&) = delete;
  CudaStream& operator=(const CudaStream&) = delete;

  Result<EventRef> record() override;
  Status wait(const EventRef& event) override;
  Status synchronize() override;
  [[nodiscard]] CUstream handle() const { return handle_; }
  [[nodiscard]] std::size_t events_made() const { return events_.size(); }

 private:
  explicit CudaStream(ContextRef context) : context_(std::move(context)) {}
  Result<std::shared_ptr<CudaEvent>> free_event();

  ContextRef context_;
  CUstream handle_ = nullptr;
  std::vector<std::shared_ptr<CudaEvent>> events_;
  std::size_t next_ = 0;
};

}  // namespace lyn::cuda
