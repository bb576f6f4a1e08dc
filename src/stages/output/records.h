#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/detection.h"
#include "core/media.h"
#include "core/result.h"

namespace lyn {

/// Everything the outputs say of one decoded frame. Spans are valid during the call only.
struct FrameRecord {
  std::string_view camera;
  std::uint64_t seq = 0;    ///< counts records of this camera
  std::uint64_t frame = 0;  ///< counts decoded frames from 0
  MediaTime pts;
  std::string_view skipped;                 ///< a reason; empty: inferred
  std::span<const Detection> detections;    ///< those to list: above the score, of the wanted classes
  std::span<const std::int64_t> track_ids;  ///< one a detection; 0: none yet
  std::span<const Track> tracks;            ///< for `outputs.tracks`
  std::span<const std::string> labels;      ///< by class id
  std::optional<std::uint64_t> hash;
  bool damaged = false;
  bool discontinuity = false;
};

/// A sink of frame records. Called by one lane's thread at a time (a shared file locks inside).
class RecordWriter {
 public:
  virtual ~RecordWriter() = default;
  /// Error kind `output`: names the file and the cause.
  virtual Status write(const FrameRecord& record) = 0;
  /// Everything written so far is in the file.
  virtual Status flush() = 0;
};

/// JSON lines as DESIGN 6 gives them; a line is in the file within 100 ms. One file may serve many cameras.
/// An interrupted run leaves whole lines only. "-" writes to standard output.
Result<std::unique_ptr<RecordWriter>> open_jsonl(const std::string& path, bool with_tracks);

/// MOTChallenge CSV: `frame,id,left,top,width,height,conf,-1,-1,-1`, 1-based, confirmed tracks only.
Result<std::unique_ptr<RecordWriter>> open_mot(const std::string& path);

}  // namespace lyn
