#include "stages/ingest/rtsp/deframer.h"

#include <utility>

namespace lyn::rtsp {
namespace {

constexpr std::uint8_t kDollar = '$';
constexpr std::size_t kFrameHead = 4;
/// More stray bytes than this with nothing between them: the stream is lost.
constexpr std::uint64_t kMostSkipped = 256 * 1024;

bool is_line_end(std::uint8_t c) {
  return c == '\r' || c == '\n';
}

}  // namespace

void Deframer::expect_channels(std::uint8_t first, std::uint8_t second) {
  for (const std::uint8_t channel : {first, second}) {
    known_[channel / 8] = static_cast<std::uint8_t>(known_[channel / 8] | 1U << channel % 8);
  }
}

/// Out of step a '$' may be any byte: its channel must be ours, and what follows look like RTP (version 2).
bool Deframer::is_believable(std::span<const std::uint8_t> bytes) const {
  if (in_step_) return true;
  if (bytes.size() > 1 && (known_[bytes[1] / 8] & 1U << bytes[1] % 8) == 0) return false;
  return bytes.size() <= kFrameHead || bytes[kFrameHead] >> 6 == 2;
}

/// How many bytes from the front begin nothing.
std::size_t Deframer::stray(std::span<const std::uint8_t> bytes) const {
  std::size_t at = 0;
  for (; at < bytes.size(); ++at) {
    const auto rest = bytes.subspan(at);
    if (rest[0] == kDollar && begun_ && is_believable(rest)) break;
    if (may_begin_message(rest)) break;
  }
  return at;
}

Deframer::Next Deframer::skip(std::size_t before, std::size_t bytes) {
  if (!begun_) return {MessageFault::not_rtsp, 0};
  in_step_ = false;
  skipped_ += bytes;
  skipped_in_row_ += bytes;
  if (skipped_in_row_ > kMostSkipped) return {MessageFault::not_rtsp, 0};
  return {StrayBytes{}, before + bytes};
}

Deframer::Next Deframer::next(std::span<const std::uint8_t> bytes) {
  std::size_t at = 0;
  while (at < bytes.size() && is_line_end(bytes[at])) ++at;
  const auto rest = bytes.subspan(at);
  if (rest.empty()) return {NeedMoreBytes{}, at};
  if (const std::size_t nothing = stray(rest); nothing > 0) return skip(at, nothing);
  return rest[0] == kDollar ? interleaved(rest, at) : message(rest, at);
}

Deframer::Next Deframer::interleaved(std::span<const std::uint8_t> rest, std::size_t at) {
  const std::size_t length = rest.size() < kFrameHead ? 0 : static_cast<std::size_t>(rest[2] << 8 | rest[3]);
  if (rest.size() < kFrameHead + length) return {NeedMoreBytes{}, at};
  in_step_ = true;
  skipped_in_row_ = 0;
  return {InterleavedData{rest[1], rest.subspan(kFrameHead, length)}, at + kFrameHead + length};
}

Deframer::Next Deframer::message(std::span<const std::uint8_t> rest, std::size_t at) {
  auto parsed = parse_message(rest);
  if (std::holds_alternative<NeedMoreBytes>(parsed)) return {NeedMoreBytes{}, at};
  if (const auto* fault = std::get_if<MessageFault>(&parsed)) {
    // What looked like a beginning amid data is stray like any other byte.
    return *fault == MessageFault::not_rtsp ? skip(at, 1) : Next{*fault, 0};
  }
  begun_ = true;
  in_step_ = true;
  skipped_in_row_ = 0;
  auto& [message, consumed] = std::get<ParsedMessage>(parsed);
  return {std::move(message), at + consumed};
}

}  // namespace lyn::rtsp
