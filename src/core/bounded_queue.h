#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace lyn {

/// What a full queue does with one item more. Part of the queue's type, so that a declaration says it.
enum class WhenFull {
  block,        ///< push() waits: back-pressure, nothing is lost
  drop_oldest,  ///< the oldest item goes, and is handed back to the pusher to be counted
};

/// A queue between threads with a bound, a policy and a counter. All waits end with close().
template <class T, WhenFull policy>
class BoundedQueue {
 public:
  struct Push {
    bool accepted = false;     ///< false once closed
    std::optional<T> dropped;  ///< what had to go (drop_oldest), for its owner to count by reason
  };

  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

  /// Adds an item. With `block` it waits for room; with `drop_oldest` it never waits.
  Push push(T item) {
    Push result;
    {
      std::unique_lock lock(mutex_);
      if constexpr (policy == WhenFull::block) {
        room_.wait(lock, [this] { return closed_ || items_.size() < capacity_; });
      }
      if (closed_) return result;
      if constexpr (policy == WhenFull::drop_oldest) {
        if (items_.size() >= capacity_) {
          result.dropped = std::move(items_.front());
          items_.pop_front();
          ++dropped_;
        }
      }
      items_.push_back(std::move(item));
      result.accepted = true;
    }
    ready_.notify_one();
    return result;
  }

  /// Waits for an item; nullopt once the queue is closed and empty.
  std::optional<T> pop() {
    std::optional<T> item;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return closed_ || !items_.empty(); });
      if (items_.empty()) return item;
      item = std::move(items_.front());
      items_.pop_front();
    }
    room_.notify_one();
    return item;
  }

  /// Ends all waits. Items already inside can still be popped.
  void close() {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
    }
    ready_.notify_all();
    room_.notify_all();
  }

  [[nodiscard]] std::size_t size() const {
    std::lock_guard lock(mutex_);
    return items_.size();
  }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] std::uint64_t dropped() const {
    std::lock_guard lock(mutex_);
    return dropped_;
  }

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::condition_variable room_;
  std::deque<T> items_;
  std::uint64_t dropped_ = 0;
  bool closed_ = false;
};

}  // namespace lyn
