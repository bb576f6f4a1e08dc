#pragma once

#include <memory>
#include <string>

#include "core/frame_record.h"
#include "core/result.h"

namespace lyn {

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
