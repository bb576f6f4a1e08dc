#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lyn {

/// Why bytes cross between host and device. Every crossing names one.
enum class Reason : unsigned {
  bitstream,  ///< compressed video in; reported, never judged
  tables,     ///< filter tables, glyph atlas, kernel constants in
  weights,    ///< model parameters in
  overlay,    ///< boxes and text to draw, in
  boxes,      ///< detections out
  hash,       ///< frame hashes out
  video,      ///< compressed video out
  frames,     ///< raw decoded planes out: pixels
  tensors,    ///< model input out: pixels
  count_,
};

/// What a reason is allowed to be.
struct ReasonRule {
  const char* name;           ///< as the summary prints it
  bool inward;                ///< host to device
  bool pixels;                ///< counts into host_pixel_bytes
  std::int64_t frame_budget;  ///< bytes a frame that may cross; -1: no bound
};

const ReasonRule& rule_of(Reason reason);

/// Counts every byte that crosses, by reason. Thread-safe; a count costs one atomic add.
class TransferLedger {
 public:
  void count(Reason reason, std::size_t bytes);
  [[nodiscard]] std::uint64_t bytes(Reason reason) const;
  /// Bytes of raw pixels that reached the host.
  [[nodiscard]] std::uint64_t host_pixel_bytes() const;

 private:
  std::array<std::atomic<std::uint64_t>, static_cast<unsigned>(Reason::count_)> bytes_{};
};

}  // namespace lyn
