#pragma once

#include <memory>
#include <vector>

#include "core/media.h"
#include "fuzz/fuzz.h"

namespace lyn::fuzz {

/// A packet that owns a copy of `bytes` with the zeros behind them that decoders read.
inline Packet packet_of(std::span<const std::uint8_t> bytes) {
  auto copy = std::make_shared<std::vector<std::uint8_t>>(bytes.begin(), bytes.end());
  copy->resize(bytes.size() + 64, 0);
  Packet packet;
  packet.bytes = {copy->data(), bytes.size()};
  packet.owner = copy;
  return packet;
}

}  // namespace lyn::fuzz
