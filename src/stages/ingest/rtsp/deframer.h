#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <variant>

#include "stages/ingest/rtsp/message.h"

namespace lyn::rtsp {

/// RTP or RTCP that came in the RTSP connection (RFC 2326 10.12). The bytes lie in the caller's buffer.
struct InterleavedData {
  std::uint8_t channel = 0;
  std::span<const std::uint8_t> payload;
};
/// Bytes that were nothing; what follows is looked at by the next call.
struct StrayBytes {};

/// Cuts the byte stream of an RTSP connection into messages and interleaved data.
///
/// What is neither fails at once before the first message (it is not RTSP); later it is skipped and
/// counted, up to a bound, until something that can be trusted follows: cameras do send stray bytes.
class Deframer {
 public:
  /// The most that one item takes: a caller's buffer must hold it.
  static constexpr std::size_t kLongestItem = kLongestHead + kLongestBody;

  struct Next {
    std::variant<NeedMoreBytes, StrayBytes, InterleavedData, Message, MessageFault> item;
    std::size_t consumed = 0;  ///< bytes to take off the front, whatever the item is
  };

  /// The first item of `bytes`. After MessageFault the stream is of no more use.
  Next next(std::span<const std::uint8_t> bytes);
  /// Interleaved channels that were agreed on; while out of step, data on others is not believed.
  void expect_channels(std::uint8_t first, std::uint8_t second);
  [[nodiscard]] std::uint64_t skipped() const { return skipped_; }

 private:
  [[nodiscard]] std::size_t stray(std::span<const std::uint8_t> bytes) const;
  [[nodiscard]] bool is_believable(std::span<const std::uint8_t> bytes) const;
  Next skip(std::size_t before, std::size_t bytes);
  Next interleaved(std::span<const std::uint8_t> rest, std::size_t at);
  Next message(std::span<const std::uint8_t> rest, std::size_t at);

  bool begun_ = false;  ///< a message was seen: this is RTSP
  bool in_step_ = true;
  std::uint64_t skipped_ = 0;
  std::uint64_t skipped_in_row_ = 0;
  std::array<std::uint8_t, 32> known_{};  ///< a bit a channel
};

}  // namespace lyn::rtsp
