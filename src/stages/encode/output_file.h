#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/result.h"

namespace lyn {

/// A file being written, created or emptied at once. Move-only. Errors are kind `output` and name the
/// path, the system's reason and what would help.
class OutputFile {
 public:
  static Result<OutputFile> create(const std::string& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&& other) noexcept;
  ~OutputFile();

  [[nodiscard]] const std::string& path() const { return path_; }
  /// False for pipes and devices: what is written there cannot be taken back.
  [[nodiscard]] bool can_restart() const { return regular_; }
  /// What a failed write left behind the last whole one is cut off again (regular files).
  Status write(std::span<const std::byte> bytes);
  /// Where the next write goes, in bytes from the beginning.
  Status seek(std::int64_t offset);
  /// How much is in it.
  [[nodiscard]] std::int64_t size() const { return end_; }
  /// Error when somebody deleted the file meanwhile.
  [[nodiscard]] Status still_there() const;
  /// Empties it again.
  Status restart();
  /// Some file systems tell of a full disk only now; an error too where somebody deleted the file meanwhile. A second
  /// call does nothing.
  Status close();

 private:
  OutputFile(std::string path, int descriptor, bool regular)
      : path_(std::move(path)), descriptor_(descriptor), regular_(regular) {}

  std::string path_;
  int descriptor_ = -1;
  bool regular_ = false;
  std::int64_t at_ = 0;   ///< where the next write goes
  std::int64_t end_ = 0;  ///< the file's size, of what was written whole
};

}  // namespace lyn
