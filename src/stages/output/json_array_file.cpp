#include "stages/output/json_array_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "core/write_error.h"

namespace lyn {
namespace {

constexpr std::string_view kOpen = "[";
constexpr std::string_view kClose = "\n]\n";

/// All of it, at `offset` of a regular file or at the end of a pipe (offset -1); 0 or an errno.
int write_whole(int descriptor, std::string_view text, long long offset) {
  while (!text.empty()) {
    const ssize_t count = offset < 0 ? ::write(descriptor, text.data(), text.size())
                                     : ::pwrite(descriptor, text.data(), text.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return count == 0 ? EIO : errno;
    text.remove_prefix(static_cast<std::size_t>(count));
    if (offset >= 0) offset += count;
  }
  return 0;
}

}  // namespace

Result<JsonArrayFile> JsonArrayFile::open(const std::string& path) {
  constexpr mode_t kMode = 0666;  // less the umask
  const bool owned = path != "-";
  const int descriptor = owned ? ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode) : STDOUT_FILENO;
  if (descriptor < 0) return cannot_write(path, errno);
  struct stat status {};
  // Standard output may be appended to by others: never written over.
  const bool regular = owned && ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  JsonArrayFile file(path, descriptor, owned, regular);
  LYN_CHECK(file.write(kOpen));
  return file;
}

JsonArrayFile::JsonArrayFile(JsonArrayFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      owned_(std::exchange(other.owned_, false)),
      regular_(other.regular_),
      empty_(other.empty_),
      finished_(other.finished_),
      end_(other.end_),
      text_(std::move(other.text_)) {}

JsonArrayFile::~JsonArrayFile() {
  if (owned_) ::close(descriptor_);
}

/// After the last entry; then, in a regular file, the array's end in the same system call.
Status JsonArrayFile::write(std::string_view text) {
  if (!regular_) {
    const int error = write_whole(descriptor_, text, -1);
    return error == 0 ? Status() : Status(cannot_write(path_, error));
  }
  text_.assign(text);
  text_ += kClose;
  const int error = write_whole(descriptor_, text_, end_);
  if (error == 0) {
    end_ += static_cast<long long>(text.size());
    return {};
  }
  // The old end fits where it was; the first error is the one to report.
  static_cast<void>(write_whole(descriptor_, kClose, end_));
  const long long whole = end_ == 0 ? 0 : end_ + static_cast<long long>(kClose.size());
  static_cast<void>(::ftruncate(descriptor_, static_cast<off_t>(whole)) == 0);
  return cannot_write(path_, error);
}

Status JsonArrayFile::append(std::string_view entries) {
  std::string text = empty_ ? "\n" : ",\n";
  text += entries;
  LYN_CHECK(write(text));
  empty_ = false;
  return {};
}

Status JsonArrayFile::finish() {
  if (std::exchange(finished_, true)) return {};
  return regular_ ? still_there() : write(kClose);
}

bool JsonArrayFile::is_gone() const {
  struct stat status {};
  return regular_ && ::fstat(descriptor_, &status) == 0 && status.st_nlink == 0;
}

Status JsonArrayFile::still_there() const {
  return is_gone() ? Status(deleted_meanwhile(path_)) : Status();
}

Status JsonArrayFile::revive() {
  if (!is_gone()) return {};
  LYN_TRY(JsonArrayFile anew, open(path_));
  std::swap(descriptor_, anew.descriptor_);
  end_ = anew.end_;
  empty_ = true;
  return {};
}

}  // namespace lyn
