#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "core/result.h"

namespace lyn {

/// A file that raw bytes are appended to. Replaces what was there. Errors are of kind `output` and name the path.
class DumpFile {
 public:
  static Result<DumpFile> create(const std::string& path);
  DumpFile(DumpFile&& other) noexcept;
  DumpFile& operator=(DumpFile&& other) noexcept;
  ~DumpFile();

  /// All of `bytes` or an error, after which the file ends where it did before: never half a picture.
  Status append(std::span<const std::byte> bytes);

 private:
  DumpFile(int fd, std::string path);
  int fd_ = -1;
  bool seekable_ = false;  ///< false for pipes, which cannot take bytes back
  std::string path_;
  long long size_ = 0;
};

}  // namespace lyn
