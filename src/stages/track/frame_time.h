#pragma once

#include <array>
#include <cstddef>

namespace lyn::track {

/// Turns presentation times into frames gone by, so that the filter steps as often as frames would have
/// come. One frame is the median of the last intervals; a time that does not advance counts as one frame.
class FrameTime {
 public:
  /// Most steps for one gap: beyond it a prediction means nothing.
  static constexpr int kMostSteps = 30;

  /// Takes the frame's time; returns how many frames further it is (1 for the first).
  int advance(double seconds);
  /// Seconds since the first frame, never falling.
  [[nodiscard]] double now() const { return now_; }
  /// One frame in seconds; 0 until there were two.
  [[nodiscard]] double frame_seconds() const { return frame_seconds_; }

 private:
  void remember(double interval);

  static constexpr std::size_t kRemembered = 15;
  std::array<double, kRemembered> intervals_{};
  std::size_t count_ = 0;
  double last_ = 0;
  double now_ = 0;
  double frame_seconds_ = 0;
  bool started_ = false;
};

}  // namespace lyn::track
