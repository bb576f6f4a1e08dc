#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/frame_record.h"
#include "core/result.h"
#include "stages/output/record_file.h"

namespace lyn {

/// A sink of frame records. Called by one lane's thread at a time (a shared file locks inside).
class RecordWriter {
 public:
  virtual ~RecordWriter() = default;
  /// Error kind `output`: names the file and the cause.
  virtual Status write(const FrameRecord& record) = 0;
  /// Error kind `output` when somebody deleted the file while it was written.
  virtual Status still_there() = 0;
  /// Makes write() possible again after one that failed, or after such a deletion: goes on in what is there, or begins
  /// anew what is not. Error kind `output`: not yet.
  virtual Status revive() = 0;
  /// Everything written so far is in the file, and the file is there. No write() comes after it.
  virtual Status flush() = 0;
};

struct JsonlOptions {
  bool tracks = false;         ///< adds all tracks, lost ones too, to every line
  bool only_nonempty = false;  ///< only frames with a detection (or, with `tracks`, a confirmed track)
};

/// JSON lines as DESIGN 6 gives them; a line is in the file within 100 ms. One file may serve many cameras.
/// An interrupted run leaves whole lines only. "-" writes to standard output.
Result<std::unique_ptr<RecordWriter>> open_jsonl(const std::string& path, const JsonlOptions& options);
/// The same into a file that is open already.
std::unique_ptr<RecordWriter> make_jsonl(std::shared_ptr<RecordFile> file, const JsonlOptions& options);

/// MOTChallenge CSV: `frame,id,left,top,width,height,conf,-1,-1,-1`, 1-based, confirmed tracks only.
Result<std::unique_ptr<RecordWriter>> open_mot(const std::string& path);

/// COCO results: one JSON array of `{"image_id","category_id","bbox":[x,y,width,height],"score"}`, an entry a
/// detection in the order of frames; with `segmentation` (the whole picture's run lengths) and `keypoints`
/// ([x,y,score,…]) where the model gives them. `image_id` is the frame's number, from 0. A regular file is a valid
/// array after every frame, so also after SIGKILL; a pipe gets its end from flush(). One camera a file.
/// Labels that all are COCO's have COCO's sparse category ids; classes of any other set count from 1.
Result<std::unique_ptr<RecordWriter>> open_coco(const std::string& path, const std::vector<std::string>& labels);

/// KITTI files as DeepStream's reference application dumps them: one a frame that was inferred, empty where
/// nothing was found, `00_SSS_FFFFFF.txt` (SSS the camera's place in the configuration, FFFFFF the frame,
/// both from 0), a line a detection: `label 0.0 0 0.0 left top right bottom 0.0 0.0 0.0 0.0 0.0 0.0 0.0 score`.
/// With `tracks` only detections with a confirmed track, its id after the label. Blanks in labels become `_`.
/// A file appears whole or not at all. Creates `folder` (not the folders above it) and removes this camera's
/// files of an earlier run from it. Error kind `output`.
Result<std::unique_ptr<RecordWriter>> open_kitti(const std::string& folder, std::size_t camera, bool tracks);

}  // namespace lyn
