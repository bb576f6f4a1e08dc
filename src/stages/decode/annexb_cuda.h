#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/media.h"
#include "core/result.h"

namespace lyn {

/// What nvcuvid reads: H.264 and HEVC with start codes (ITU-T H.264 and H.265, Annex B). Containers that
/// store lengths instead (ISO/IEC 14496-15) are rewritten, with the parameter sets put before the first
/// slice of a keyframe that brings none; every other stream passes as it is. One thread at a time.
class AnnexB {
 public:
  /// Error (kind `device`): the headers cannot be read.
  static Result<AnnexB> create(const StreamInfo& stream);

  /// Parameter sets with start codes, or the codec's own header; may be empty.
  [[nodiscard]] std::span<const std::uint8_t> headers() const { return headers_; }
  /// The packet's bytes for nvcuvid, valid until the next call. What follows a damaged length is left
  /// out, and then `damaged()` is true.
  std::span<const std::uint8_t> convert(const Packet& packet);
  [[nodiscard]] bool damaged() const { return damaged_; }

 private:
  Status read_headers(const StreamInfo& stream, const char* filter_name);
  void append(std::span<const std::uint8_t> unit);
  [[nodiscard]] int kind_of(std::uint8_t first_byte) const;
  [[nodiscard]] bool is_parameter_set(int kind) const;
  [[nodiscard]] bool is_slice(int kind) const;

  bool hevc_ = false;
  std::size_t length_bytes_ = 0;  ///< before each unit; 0: the stream has start codes
  std::vector<std::uint8_t> headers_;
  std::vector<std::uint8_t> out_;
  bool damaged_ = false;
};

}  // namespace lyn
