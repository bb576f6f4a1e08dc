#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace lyn::rtsp {

using Bytes = std::vector<std::uint8_t>;

inline Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

inline Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

inline Bytes copy_of(std::span<const std::uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

/// An RTP packet as it goes over the wire: version 2, no extras.
inline Bytes rtp(std::uint16_t sequence, std::uint32_t timestamp, bool marker, const Bytes& payload, int type = 96,
                 std::uint32_t ssrc = 0x11223344) {
  Bytes out{0x80, static_cast<std::uint8_t>((marker ? 0x80 : 0) | type)};
  for (const int shift : {8, 0}) out.push_back(static_cast<std::uint8_t>(sequence >> shift));
  for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<std::uint8_t>(timestamp >> shift));
  for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<std::uint8_t>(ssrc >> shift));
  return out + payload;
}

}  // namespace lyn::rtsp
