#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace lyn {

/// An axis-aligned box: left, top, right, bottom in pixels of the picture as displayed (upright).
struct Box {
  float x1 = 0, y1 = 0, x2 = 0, y2 = 0;
  [[nodiscard]] float width() const { return x2 - x1; }
  [[nodiscard]] float height() const { return y2 - y1; }
  bool operator==(const Box&) const = default;
};

/// What the head and NMS keep, in order of falling score.
struct Detection {
  Box box;
  int class_id = 0;
  float score = 0;  ///< 0..1
};

/// One of the classes that a classifier sees in a whole picture.
struct ClassScore {
  int class_id = 0;
  float score = 0;  ///< 0..1; over all classes they sum to 1
};

/// A point of an object, in pixels of the picture as displayed.
struct Keypoint {
  float x = 0, y = 0;
  float score = 0;  ///< 0..1: how sure the model is that the point is to be seen; 1 where the model does not say
};

/// Which part of its box an object fills: a grid of cells over an area of the picture.
struct Mask {
  Box area;  ///< that the grid covers, in pixels of the picture as displayed; may reach over its edge
  int columns = 0, rows = 0;
  std::span<const std::uint32_t> bits = {};  ///< cell i, counted along rows, is bit i % 32 of word i / 32

  [[nodiscard]] bool at(int column, int row) const {
    const auto cell =
        static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(column);
    return (bits[cell / 32] >> (cell % 32) & 1U) != 0;
  }
};

enum class TrackState : std::uint8_t { tentative, tracked, lost };

/// One track as it stands after a frame.
struct Track {
  std::int64_t id = 0;  ///< from 1, never reused within a camera's run
  Box box;              ///< the filter's estimate
  int class_id = 0;
  float score = 0;  ///< of the last matched detection
  TrackState state = TrackState::tentative;
  std::int64_t age = 0;  ///< frames since it began
  int detection = -1;    ///< index into this frame's detections that it matched; -1 for none
};

}  // namespace lyn
