#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "lynceus/detection.h"
#include "lynceus/media_time.h"

namespace lyn {

/// Everything that is said of one decoded frame. What it points to is valid during the call only.
struct FrameRecord {
  std::string_view camera;
  std::uint64_t seq = 0;    ///< counts records of this camera
  std::uint64_t frame = 0;  ///< counts decoded frames from 0
  MediaTime pts;
  int picture_width = 0;  ///< pixels as displayed; 0: not known
  int picture_height = 0;
  std::optional<std::int64_t> time_us;      ///< live: UTC in microseconds since 1970, the camera's or of its arrival
  std::uint64_t epoch = 0;                  ///< live: which start of this camera it is of; 0: not said
  std::string_view skipped;                 ///< a reason; empty: inferred
  std::span<const Detection> detections;    ///< those to list: above the score, of the wanted classes
  std::span<const std::int64_t> track_ids;  ///< one a detection; 0: none yet
  int keypoints_each = 0;                   ///< of a pose model: keypoints a detection; 0: the model has none
  std::span<const Keypoint> keypoints;      ///< of the first detections, one after the other; those behind have none
  std::span<const Mask> masks;              ///< of a segmentation model: of the first detections, one each
  bool classified = false;                  ///< a classifier looked at the picture
  std::span<const ClassScore> classes;      ///< what it saw, highest first: those to list, as for detections
  std::span<const Track> tracks;            ///< for `outputs.tracks`
  std::span<const std::string> labels;      ///< by class id
  std::optional<std::uint64_t> hash;
  bool damaged = false;
  bool discontinuity = false;
  std::span<const std::string_view> conditions{};  ///< live: what is wrong with the picture: "frozen", "black", …
};

/// Takes the record of a frame. Called in presentation order of a camera, on that camera's thread, so by
/// several threads at once when there are several cameras. What the record points to ends with the call.
/// It holds the camera up while it works, and must not throw.
using OnRecord = std::function<void(const FrameRecord& record)>;

}  // namespace lyn
