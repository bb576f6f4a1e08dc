#include "stages/output/record_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "device/guarded_io.h"

namespace lyn {
namespace {

std::string folder_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  return slash == std::string::npos ? "." : path.substr(0, slash == 0 ? 1 : slash);
}

std::string remedy_for(int error, const std::string& path) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return fmt::format("create the folder {} first", folder_of(path));
    case EISDIR:
      return "name a file in it";
    case EACCES:
    case EPERM:
      return fmt::format("give this user the right to write in {}, or name another place", folder_of(path));
    case EROFS:
      return "name a place that is not read-only";
    case ENOSPC:
    case EDQUOT:
      return "free space there, or name another place";
    case EPIPE:
      return "keep its reader running";
    default:
      return "name another place";
  }
}

Error cannot_write(const std::string& path, int error) {
  const std::string shown = path == "-" ? "standard output" : path;
  return {ErrorKind::output, fmt::format("cannot write {}: {}", shown, std::generic_category().message(error)),
          remedy_for(error, path)};
}

}  // namespace

Result<RecordFile> RecordFile::open(const std::string& path) {
  if (path == "-") return RecordFile(path, STDOUT_FILENO, false);
  constexpr mode_t kMode = 0666;  // less the umask
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, kMode);
  if (descriptor < 0) return cannot_write(path, errno);
  return RecordFile(path, descriptor, true);
}

RecordFile::RecordFile(RecordFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      owned_(std::exchange(other.owned_, false)) {}

RecordFile::~RecordFile() {
  if (owned_) ::close(descriptor_);
}

RecordFile::Written RecordFile::write_all(std::string_view lines) const {
  std::size_t done = 0;
  while (done < lines.size()) {
    const ssize_t count = ::write(descriptor_, lines.data() + done, lines.size() - done);
    check_system_call("write", count, lines.data() + done, lines.size() - done);
    if (count > 0) {
      done += static_cast<std::size_t>(count);
    } else if (count < 0 && errno == EAGAIN) {
      // A pipe or terminal that somebody made non-blocking: wait for its reader.
      pollfd writable{descriptor_, POLLOUT, 0};
      ::poll(&writable, 1, -1);
    } else if (count == 0 || errno != EINTR) {
      return {done, count == 0 ? EIO : errno};
    }
  }
  return {done, 0};
}

void RecordFile::cut_back(std::size_t bytes) const {
  struct stat status {};
  if (bytes == 0 || ::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) return;
  const off_t end = ::lseek(descriptor_, 0, SEEK_CUR) - static_cast<off_t>(bytes);
  // Best effort: the write's own error is what is reported.
  if (end >= 0 && ::ftruncate(descriptor_, end) == 0) ::lseek(descriptor_, end, SEEK_SET);
}

Status RecordFile::append(std::string_view lines) {
  const std::lock_guard lock(mutex_);
  const Written written = write_all(lines);
  if (written.error == 0) return {};
  cut_back(written.bytes);
  return cannot_write(path_, written.error);
}

}  // namespace lyn
