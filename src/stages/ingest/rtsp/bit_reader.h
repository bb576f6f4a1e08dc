#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lyn::rtsp {

/// Bits of a NAL unit's payload from the front. Past the end it gives zeros and says so.
class BitReader {
 public:
  explicit BitReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::uint32_t bits(int count) {
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i) value = value << 1 | bit();
    return value;
  }
  bool flag() { return bit() != 0; }
  void skip(std::size_t count) { at_ += count; }
  /// ue(v), se(v): Exp-Golomb codes (H.264 9.1).
  std::uint32_t ue() {
    int zeros = 0;
    while (zeros < 32 && !ended() && !flag()) ++zeros;
    return zeros >= 32 ? UINT32_MAX : static_cast<std::uint32_t>((std::uint64_t{1} << zeros) - 1 + bits(zeros));
  }
  std::int32_t se() {
    const std::uint32_t code = ue();
    return static_cast<std::int32_t>(code % 2 != 0 ? code / 2 + 1 : -(code / 2));
  }
  /// True once more was read than there is.
  [[nodiscard]] bool overran() const { return at_ > 8 * bytes_.size(); }
  [[nodiscard]] bool ended() const { return at_ >= 8 * bytes_.size(); }

 private:
  std::uint32_t bit() {
    const std::uint32_t value = ended() ? 0 : bytes_[at_ / 8] >> (7 - at_ % 8) & 1U;
    ++at_;
    return value;
  }

  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

/// A NAL unit without its emulation prevention bytes (00 00 03), at most `most` bytes of it.
std::vector<std::uint8_t> unescaped(std::span<const std::uint8_t> nal, std::size_t most);

}  // namespace lyn::rtsp
