#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/media.h"
#include "core/result.h"

namespace lyn {

/// Sound on its way into a video: given by whoever reads the source, taken by whoever writes the file once the
/// pictures have come as far. Thread-safe. Holds so many packets at most, a minute and more; then the oldest goes.
class AudioInbox {
 public:
  static constexpr std::size_t kMostWaiting = 4096;

  explicit AudioInbox(AudioInfo info) : info_(std::move(info)) {}
  [[nodiscard]] const AudioInfo& info() const { return info_; }
  /// `offset`: ticks to add to the packet's times. False when an older packet had to go.
  bool push(Packet packet, std::int64_t offset);
  /// The oldest packet, if its time is not after `seconds`.
  std::optional<Packet> take(double seconds);

 private:
  const AudioInfo info_;
  std::mutex mutex_;
  std::deque<Packet> packets_;
};

/// Error kind `output` with the reason where the file of this name cannot hold the sound.
Result<std::shared_ptr<AudioInbox>> make_audio_inbox(const AudioInfo& info, const std::string& path);

}  // namespace lyn
