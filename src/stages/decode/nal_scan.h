#pragma once

#include <cstdint>
#include <span>

#include "core/media.h"

namespace lyn {

/// Tells pictures that no other refers to from those that others may, by the header of the first
/// slice: nal_ref_idc of H.264 (clause 7.4.1), sub-layer non-reference types of HEVC (table 7-1).
class NalScan {
 public:
  explicit NalScan(const StreamInfo& stream);
  /// True when in doubt, and for all other codecs.
  [[nodiscard]] bool may_be_referenced(std::span<const std::uint8_t> picture) const;

 private:
  enum class Answer { referenced, disposable, no_slice };
  [[nodiscard]] Answer look_at(std::span<const std::uint8_t> nal) const;
  [[nodiscard]] Answer look_at_lengths(std::span<const std::uint8_t> bytes) const;
  [[nodiscard]] Answer look_at_start_codes(std::span<const std::uint8_t> bytes) const;

  CodecId codec_;
  std::size_t length_bytes_ = 0;  ///< before each NAL unit; 0: start codes (Annex B)
};

}  // namespace lyn
