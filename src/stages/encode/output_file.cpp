#include "stages/encode/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "core/write_error.h"
#include "device/guarded_io.h"

namespace lyn {
namespace {

Error cannot_write_video(const std::string& path, int error) {
  return cannot_write(path, error, "the video ");
}

}  // namespace

Result<OutputFile> OutputFile::create(const std::string& path) {
  constexpr mode_t kMode = 0666;  // less the umask
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode);
  if (descriptor < 0) return cannot_write_video(path, errno);
  struct stat status {};
  const bool regular = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  return OutputFile(path, descriptor, regular);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      regular_(other.regular_),
      at_(other.at_),
      end_(other.end_) {}

OutputFile& OutputFile::operator=(OutputFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(regular_, other.regular_);
  std::swap(at_, other.at_);
  std::swap(end_, other.end_);
  return *this;
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status OutputFile::write(std::span<const std::byte> bytes) {
  const Status written = write_all(descriptor_, bytes, path_);
  if (written) {
    at_ += static_cast<std::int64_t>(bytes.size());
    end_ = std::max(end_, at_);
  } else if (regular_ && at_ == end_ && ::ftruncate(descriptor_, end_) == 0) {  // best effort: the write's error counts
    ::lseek(descriptor_, end_, SEEK_SET);
  }
  return written;
}

Status OutputFile::seek(std::int64_t offset) {
  if (::lseek(descriptor_, offset, SEEK_SET) != offset) return cannot_write_video(path_, errno);
  at_ = offset;
  return {};
}

Status OutputFile::restart() {
  at_ = end_ = 0;
  if (::ftruncate(descriptor_, 0) == 0 && ::lseek(descriptor_, 0, SEEK_SET) == 0) return {};
  return cannot_write_video(path_, errno);
}

Status OutputFile::still_there() const {
  struct stat status {};
  const bool gone = descriptor_ >= 0 && regular_ && ::fstat(descriptor_, &status) == 0 && status.st_nlink == 0;
  return gone ? Status(deleted_meanwhile(path_, "the video ")) : Status();
}

Status OutputFile::close() {
  const Status there = still_there();
  const int descriptor = std::exchange(descriptor_, -1);
  if (!there) {
    ::close(descriptor);
    return there;
  }
  if (descriptor < 0 || ::close(descriptor) == 0 || errno == EINTR) return {};
  return cannot_write_video(path_, errno);
}

}  // namespace lyn
