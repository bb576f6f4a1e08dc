#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace lyn::rtsp {

/// Numbers in network order. The caller has checked that the bytes are there.
inline std::uint16_t read_u16(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}
inline std::uint32_t read_u32(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint32_t>(read_u16(bytes, at)) << 16 | read_u16(bytes, at + 2);
}
inline std::uint64_t read_u64(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint64_t>(read_u32(bytes, at)) << 32 | read_u32(bytes, at + 4);
}

}  // namespace lyn::rtsp
