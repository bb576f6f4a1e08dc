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
  keypoints,  ///< of detections, out
  masks,      ///< likewise
  classes,    ///< of a picture, out
  hash,       ///< frame hashes out
  scene,      ///< what a camera looks at in a few numbers, out
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

/// Counts every byte that crosses, by reason. Thread-safe; a count costs an atomic add or two.
class TransferLedger {
 public:
  void count(Reason reason, std::size_t bytes);
  /// The same for bytes that another moves by its own means (a codec and its bitstream): whoever watches
  /// the device's copies (witness.h) does not look for them there.
  void count_moved(Reason reason, std::size_t bytes);
  /// Adds all that another ledger has counted so far.
  void add(const TransferLedger& other);
  [[nodiscard]] std::uint64_t bytes(Reason reason) const;
  /// Bytes that the device copied in and out, and those that others moved.
  [[nodiscard]] std::uint64_t copied_in() const;
  [[nodiscard]] std::uint64_t copied_out() const;
  [[nodiscard]] std::uint64_t moved_in() const;
  [[nodiscard]] std::uint64_t moved_out() const;
  /// Bytes of raw pixels that reached the host.
  [[nodiscard]] std::uint64_t host_pixel_bytes() const;

 private:
  using Counts = std::array<std::atomic<std::uint64_t>, static_cast<unsigned>(Reason::count_)>;
  Counts bytes_{};
  Counts moved_{};  ///< of them, those that others moved
};

}  // namespace lyn
