#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

#include "stages/ingest/rtsp/bytes_of.h"

namespace lyn::rtsp {

/// Damages bytes in the ways that fuzzers have found worth while. The same seed gives the same damage.
class Mutations {
 public:
  explicit Mutations(std::uint32_t seed) : random_(seed) {}

  Bytes damaged(Bytes bytes) {
    for (std::uint32_t i = below(4) + 1; i > 0; --i) damage_once(bytes);
    return bytes;
  }
  Bytes noise(std::uint32_t most) {
    Bytes bytes(below(most));
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_());
    return bytes;
  }
  std::uint32_t below(std::uint32_t bound) { return bound == 0 ? 0 : static_cast<std::uint32_t>(random_() % bound); }

 private:
  void damage_once(Bytes& bytes) {
    if (bytes.empty()) return bytes.push_back(static_cast<std::uint8_t>(random_()));
    const auto at = bytes.begin() + below(static_cast<std::uint32_t>(bytes.size()));
    constexpr std::uint8_t kOdd[] = {0, 1, 0x7F, 0x80, 0xFF, '$', '\r', '\n', ':', '='};
    switch (below(6)) {
      case 0:
        *at = static_cast<std::uint8_t>(*at ^ 1U << below(8));
        break;
      case 1:
        *at = kOdd[below(sizeof kOdd)];
        break;
      case 2:
        bytes.erase(at, at + below(static_cast<std::uint32_t>(std::min<std::ptrdiff_t>(bytes.end() - at, 16) + 1)));
        break;
      case 3:
        bytes.insert(at, below(32), kOdd[below(sizeof kOdd)]);
        break;
      case 4:
        bytes.resize(static_cast<std::size_t>(at - bytes.begin()));
        break;
      default: {
        const Bytes part(at, bytes.end());
        if (bytes.size() < 10'000) bytes.insert(bytes.end(), part.begin(), part.end());
      }
    }
  }
  std::mt19937 random_;
};

}  // namespace lyn::rtsp
