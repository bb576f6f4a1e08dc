#include "engine/camera_streams.h"

#include "core/log.h"
#include "stages/ingest/source_uri.h"

namespace lyn {

bool is_camera(const std::string& uri) {
  const auto parsed = parse_source_uri(uri);
  return parsed && sets_its_pace(*parsed);
}

Status check_streams(const CameraConfig& camera, bool loop) {
  if (camera.streams.record.empty()) return {};
  if (!camera.outputs.copies_video()) {
    log::warning(camera.id +
                 ": streams.record is not opened: nothing is copied from it; give the camera outputs.video "
                 "with outputs.codec: copy, or leave it out");
  }
  const bool live = is_camera(camera.streams.detect.reveal());
  if (live != is_camera(camera.streams.record.reveal())) {
    return Error{ErrorKind::usage, camera.id + ": streams: a file and a live stream have no time line in common",
                 "name two live streams, or two files"};
  }
  if (loop && !live && camera.records_apart()) {
    return Error{ErrorKind::usage, camera.id + ": streams: files that start over do not stay on one time line",
                 "drop --loop, or leave streams.record out"};
  }
  return {};
}

}  // namespace lyn
