#pragma once

#include <memory>

#include "core/result.h"

namespace lyn {

/// A point in a stream's order of work. Null or default means "already done".
class Event {
 public:
  virtual ~Event() = default;
  /// Blocks (never spins) until the work before the event is done.
  virtual Status wait() = 0;
  /// True when wait() would return at once.
  virtual bool done() = 0;
};

using EventRef = std::shared_ptr<Event>;

/// What a stream is for. Where a device runs several at once, brief work (a picture's kernels) goes first and does not
/// wait for lengthy work (a model's) that was begun before it.
enum class StreamWork { brief, lengthy };

/// An order of work on a device. Used by one thread at a time. On `cpu` work happens inside the
/// call that asks for it, and events are done when they are made.
class Stream {
 public:
  virtual ~Stream() = default;
  /// An event after all work given to this stream so far. Null on `cpu`.
  virtual Result<EventRef> record() = 0;
  /// Makes later work of this stream wait for `event` (null: nothing to wait for), on the device.
  virtual Status wait(const EventRef& event) = 0;
  /// Blocks the host until everything given so far is done.
  virtual Status synchronize() = 0;
};

}  // namespace lyn
