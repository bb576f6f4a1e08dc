#include "stages/output/dump_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "device/guarded_io.h"

namespace lyn {
namespace {

bool is_regular(int fd) {
  struct stat facts {};
  return fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode);
}

}  // namespace

DumpFile::DumpFile(int fd, std::string path) : fd_(fd), seekable_(is_regular(fd)), path_(std::move(path)) {}

Result<DumpFile> DumpFile::create(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) {
    return Error{ErrorKind::output, path + ": cannot be created: " + std::strerror(errno),
                 "name a file in a folder that exists and can be written"};
  }
  return DumpFile(fd, path);
}

DumpFile::DumpFile(DumpFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      seekable_(other.seekable_),
      path_(std::move(other.path_)),
      size_(other.size_) {}

DumpFile& DumpFile::operator=(DumpFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(seekable_, other.seekable_);
  std::swap(path_, other.path_);
  std::swap(size_, other.size_);
  return *this;
}

DumpFile::~DumpFile() {
  if (fd_ >= 0) ::close(fd_);
}

Status DumpFile::append(std::span<const std::byte> bytes) {
  Status written = write_all(fd_, bytes, path_);
  if (written) {
    size_ += static_cast<long long>(bytes.size());
    return written;
  }
  // The disk is full, most likely: what is whole stays readable. The first error is the one to report.
  if (seekable_ && ::ftruncate(fd_, size_) == 0) ::lseek(fd_, size_, SEEK_SET);
  return written;
}

}  // namespace lyn
