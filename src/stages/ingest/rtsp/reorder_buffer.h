#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "core/clock.h"

namespace lyn::rtsp {

/// Puts UDP datagrams back into the order of their RTP sequence numbers.
///
/// What comes in order goes straight through. What comes early is kept, at most kHeld packets and kPatience
/// long, and goes out when the gap before it closes or is given up. Nothing waits on a timer: the next
/// datagram decides. Duplicates and packets older than what has gone out go through as they came, to be
/// counted by whoever takes them.
class ReorderBuffer {
 public:
  static constexpr std::size_t kHeld = 64;
  static constexpr std::chrono::milliseconds kPatience{100};
  using Deliver = std::function<void(std::span<const std::uint8_t> datagram)>;

  explicit ReorderBuffer(Deliver deliver) : deliver_(std::move(deliver)) {}
  /// A datagram that begins with an RTP header.
  void push(std::span<const std::uint8_t> datagram, Clock::Monotonic now);
  [[nodiscard]] std::uint64_t reordered() const { return reordered_; }

 private:
  struct Held {
    bool used = false;
    std::uint16_t sequence = 0;
    Clock::Monotonic since{};
    std::vector<std::uint8_t> bytes;
  };
  void deliver(std::span<const std::uint8_t> datagram, std::uint16_t sequence);
  void deliver_held();
  void give_up_gap();
  void keep(std::span<const std::uint8_t> datagram, std::uint16_t sequence, Clock::Monotonic now);
  [[nodiscard]] bool is_overdue(Clock::Monotonic now) const;

  Deliver deliver_;
  std::vector<Held> held_;  ///< by sequence number, once one came early
  std::size_t waiting_ = 0;
  std::optional<std::uint16_t> expected_;
  std::uint64_t reordered_ = 0;
};

}  // namespace lyn::rtsp
