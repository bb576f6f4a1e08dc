#pragma once

#include <memory>

#include "core/result.h"
#include "stages/ingest/source.h"
#include "stages/ingest/source_uri.h"
#include "stages/ingest/v4l2_calls.h"

namespace lyn {

/// A camera on this machine (v4l2_camera.h) as a live source of MJPEG, H.264 or HEVC. Times begin at 0 with the first
/// picture and are the kernel's. Errors of open and read: kind `source`; `cancelled`.
Result<std::unique_ptr<Source>> open_webcam(const SourceUri& uri, const SourceOptions& options,
                                            const V4l2Calls& calls = system_v4l2_calls());

/// A line a device on this machine: its name and formats, or why it is no camera. What `probe v4l2:` prints.
std::string list_webcams(const V4l2Calls& calls = system_v4l2_calls());
/// One of those lines.
std::string webcam_line(const std::string& path, const V4l2Calls& calls);

}  // namespace lyn
