#include "stages/output/record_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "core/write_error.h"
#include "device/guarded_io.h"

namespace lyn {
namespace {

bool is_regular(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

Result<RecordFile> RecordFile::open(const std::string& path, const Rotation& rotation, const Clock& clock) {
  RecordFile file(path, path == "-" ? STDOUT_FILENO : -1, path != "-");
  file.clock_ = &clock;
  if (file.owned_) LYN_CHECK(file.begin());
  if (rotation.wanted() && (!file.owned_ || !is_regular(file.descriptor_))) {
    return Error{ErrorKind::output, "cannot rotate " + path + ": it is no regular file",
                 "name a file, or drop outputs.rotate"};
  }
  file.rotation_ = rotation;
  return file;
}

/// Opens the path anew and empty; the file that was open stays so when that fails.
Status RecordFile::begin() {
  constexpr mode_t kMode = 0666;  // less the umask
  const int descriptor = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, kMode);
  if (descriptor < 0) return cannot_write(path_, errno);
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = descriptor;
  size_ = 0;
  begun_ = clock_->now();
  return {};
}

RecordFile::RecordFile(RecordFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      owned_(std::exchange(other.owned_, false)),
      rotation_(other.rotation_),
      clock_(other.clock_),
      size_(other.size_),
      shifted_(other.shifted_),
      begun_(other.begun_) {}

RecordFile::~RecordFile() {
  if (owned_ && descriptor_ >= 0) ::close(descriptor_);
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
  if (bytes == 0 || !is_regular(descriptor_)) return;
  const off_t end = ::lseek(descriptor_, 0, SEEK_CUR) - static_cast<off_t>(bytes);
  // Best effort: the write's own error is what is reported.
  if (end >= 0 && ::ftruncate(descriptor_, end) == 0) ::lseek(descriptor_, end, SEEK_SET);
}

bool RecordFile::is_full(std::size_t more) const {
  if (size_ == 0 || !rotation_.wanted()) return false;
  if (rotation_.size > 0 && size_ + more > rotation_.size) return true;
  return rotation_.every.count() > 0 && clock_->now() - begun_ >= rotation_.every;
}

Status RecordFile::append(std::string_view lines) {
  const std::lock_guard lock(mutex_);
  if (is_full(lines.size())) {
    if (!shifted_) LYN_CHECK(shift_full_files(path_, rotation_.keep));
    shifted_ = true;
    LYN_CHECK(begin());
    shifted_ = false;
  }
  const Written written = write_all(lines);
  size_ += written.bytes;
  if (written.error == 0) return {};
  cut_back(written.bytes);
  size_ -= written.bytes;
  return cannot_write(path_, written.error);
}

bool RecordFile::is_gone() const {
  struct stat status {};
  return owned_ && ::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 0;
}

Status RecordFile::still_there() {
  const std::lock_guard lock(mutex_);
  return is_gone() ? Status(deleted_meanwhile(path_)) : Status();
}

Status RecordFile::revive() {
  const std::lock_guard lock(mutex_);
  return is_gone() ? begin() : Status();
}

}  // namespace lyn
