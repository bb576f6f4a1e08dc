#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/result.h"
#include "stages/output/rotation.h"

namespace lyn {

/// A text file that only ever holds whole records, for any number of writing threads. Move it before
/// the first append only.
class RecordFile {
 public:
  /// Creates or empties the file; "-" is standard output. Errors, kind `output`, name the file, the
  /// cause and the remedy: no such folder, a folder, no permission, read-only, full; rotation of what
  /// is no regular file. `clock` outlives the file.
  static Result<RecordFile> open(const std::string& path, const Rotation& rotation = {},
                                 const Clock& clock = system_clock());

  RecordFile(RecordFile&& other) noexcept;
  RecordFile& operator=(RecordFile&&) = delete;
  ~RecordFile();

  /// Writes whole lines with one system call where the file takes them at once; when this returns
  /// they are in the file. What a failed write left of them is cut off again (regular files).
  Status append(std::string_view lines);
  /// Error kind `output` when somebody deleted the file, or its folder, while it was written: what was
  /// appended since is lost.
  [[nodiscard]] Status still_there();
  /// Begins a file that was deleted anew; one that is there is left as it is.
  Status revive();

 private:
  RecordFile(std::string path, int descriptor, bool owned)
      : path_(std::move(path)), descriptor_(descriptor), owned_(owned) {}
  /// How many bytes went out, and the errno that ended it; 0 where all did.
  struct Written {
    std::size_t bytes;
    int error;
  };
  Status begin();
  [[nodiscard]] bool is_full(std::size_t more) const;
  [[nodiscard]] bool is_gone() const;
  [[nodiscard]] Written write_all(std::string_view lines) const;
  void cut_back(std::size_t bytes) const;

  std::mutex mutex_;
  std::string path_;
  int descriptor_;
  bool owned_;
  Rotation rotation_;
  const Clock* clock_ = nullptr;
  std::uint64_t size_ = 0;
  bool shifted_ = false;  ///< the full files made room, and the new one could not be begun yet
  Clock::Monotonic begun_{};
};

}  // namespace lyn
