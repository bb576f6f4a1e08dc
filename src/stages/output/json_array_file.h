#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace lyn {

/// A file that holds one JSON array, in an entry a line. A regular file is a whole array after open() and
/// after each append(), so that no end of the process leaves half of one; a pipe gets its end from finish().
/// One thread at a time. Errors, kind `output`, name the file, the cause and the remedy.
class JsonArrayFile {
 public:
  /// Creates or empties the file; "-" is standard output.
  static Result<JsonArrayFile> open(const std::string& path);
  JsonArrayFile(JsonArrayFile&& other) noexcept;
  JsonArrayFile& operator=(JsonArrayFile&&) = delete;
  ~JsonArrayFile();

  /// Entries with ",\n" between them and neither before the first nor after the last; at least one. On
  /// failure a regular file is the array that it was before.
  Status append(std::string_view entries);
  /// Error kind `output` when somebody deleted the file while it was written.
  [[nodiscard]] Status still_there() const;
  /// Begins a file that was deleted anew; one that is there is left as it is.
  Status revive();
  /// Ends the array. No append() comes after it.
  Status finish();

 private:
  JsonArrayFile(std::string path, int descriptor, bool owned, bool regular)
      : path_(std::move(path)), descriptor_(descriptor), owned_(owned), regular_(regular) {}
  Status write(std::string_view text);

  [[nodiscard]] bool is_gone() const;

  std::string path_;
  int descriptor_;
  bool owned_;
  bool regular_;
  bool empty_ = true;
  bool finished_ = false;
  long long end_ = 0;  ///< of the last entry, or of the opening bracket
  std::string text_;   ///< what append() writes; reused
};

}  // namespace lyn
