#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "core/result.h"

namespace lyn {

/// A text file that only ever holds whole records, for any number of writing threads. Move it before
/// the first append only.
class RecordFile {
 public:
  /// Creates or empties the file; "-" is standard output. Errors, kind `output`, name the file, the
  /// cause and the remedy: no such folder, a folder, no permission, read-only, full.
  static Result<RecordFile> open(const std::string& path);

  RecordFile(RecordFile&& other) noexcept;
  RecordFile& operator=(RecordFile&&) = delete;
  ~RecordFile();

  /// Writes whole lines with one system call where the file takes them at once; when this returns
  /// they are in the file. What a failed write left of them is cut off again (regular files).
  Status append(std::string_view lines);

 private:
  RecordFile(std::string path, int descriptor, bool owned)
      : path_(std::move(path)), descriptor_(descriptor), owned_(owned) {}
  /// How many bytes went out, and the errno that ended it; 0 where all did.
  struct Written {
    std::size_t bytes;
    int error;
  };
  [[nodiscard]] Written write_all(std::string_view lines) const;
  void cut_back(std::size_t bytes) const;

  std::mutex mutex_;
  std::string path_;
  int descriptor_;
  bool owned_;
};

}  // namespace lyn
