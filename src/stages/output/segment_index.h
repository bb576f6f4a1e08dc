#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"
#include "stages/output/record_file.h"

namespace lyn {

/// One file of a video that was cut into several.
struct SegmentRecord {
  std::string_view file;  ///< its name, without the folder
  double start;           ///< seconds: its first picture
  double end;             ///< where the next one goes on
  int width;
  int height;
  std::string_view codec;
};

/// JSON lines, one a complete file of one camera's video, in the order of time:
/// `{"v":1,"camera":"gate","file":"out-000.mp4","start":0.000000,"end":60.000000,"width":768,"height":432,"codec":"h264"}`
class SegmentIndex {
 public:
  /// Creates or empties the file. Error kind `output`.
  static Result<std::unique_ptr<SegmentIndex>> open(const std::string& path, std::string camera);
  /// Begins a file that was deleted anew.
  Status revive() { return file_.revive(); }
  /// The line is in the file when this returns.
  Status add(const SegmentRecord& segment);

 private:
  SegmentIndex(RecordFile file, std::string camera) : file_(std::move(file)), camera_(std::move(camera)) {}

  RecordFile file_;
  std::string camera_;
};

}  // namespace lyn
