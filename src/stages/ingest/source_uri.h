#pragma once

#include <string>

#include "core/result.h"

namespace lyn {

/// What a source's name asks for, before anything is opened.
struct SourceUri {
  enum class Kind { file, rtsp };
  Kind kind = Kind::file;
  std::string target;  ///< the path, or the whole URL
  std::string shown;   ///< for messages: passwords hidden
};

/// Tells files from URLs. Errors (kind `source`): an empty name, standard input, and every protocol
/// that is not read, each with what would help. A name without "://" is a path, never a protocol of
/// libavformat's ("concat:", "pipe:", "subfile,,", …).
Result<SourceUri> parse_source_uri(const std::string& uri);

}  // namespace lyn
