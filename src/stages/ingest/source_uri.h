#pragma once

#include <string>

#include "core/result.h"

namespace lyn {

/// What a source's name asks for, before anything is opened.
struct SourceUri {
  enum class Kind { file, rtsp, http, stills, webcam };
  Kind kind = Kind::file;
  std::string target;  ///< the path, or the whole URL
  std::string shown;   ///< for messages: passwords hidden
};

/// Tells files from URLs. Errors (kind `source`): an empty name, standard input, and every protocol
/// that is not read, each with what would help. "v4l2:/dev/video0", a name in /dev/ that begins with video, and any
/// other name of such a device are a camera on this machine. A name without "://" is a path, never a protocol of
/// libavformat's ("concat:", "pipe:", "subfile,,", …).
Result<SourceUri> parse_source_uri(const std::string& uri);

/// True for a source that sets its own pace: a camera, near or far, and an http URL whose path does not end as a file's
/// name does (.mp4, .m3u8, …). Such a source is never pushed back: what is read late is dropped by name.
bool sets_its_pace(const SourceUri& uri);

/// "https://host:443" of a URL, in small letters and with its port: what must agree for one URL to be on the
/// host of another. Empty for a name that is no http or https URL.
std::string origin_of(const std::string& url);

}  // namespace lyn
