#include "stages/encode/output_file.h"

#include <fcntl.h>
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
      return "create the folder " + folder_of(path) + " first";
    case EISDIR:
      return "name a file in it";
    case EACCES:
    case EPERM:
      return "give this user the right to write in " + folder_of(path) + ", or name another place";
    case EROFS:
      return "name a place that is not read-only";
    case ENOSPC:
    case EDQUOT:
      return "free space there, or name another place";
    default:
      return "name another place";
  }
}

Error cannot_write(const std::string& path, int error) {
  return {ErrorKind::output, "cannot write the video " + path + ": " + std::generic_category().message(error),
          remedy_for(error, path)};
}

}  // namespace

Result<OutputFile> OutputFile::create(const std::string& path) {
  constexpr mode_t kMode = 0666;  // less the umask
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode);
  if (descriptor < 0) return cannot_write(path, errno);
  struct stat status {};
  const bool regular = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  return OutputFile(path, descriptor, regular);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)), regular_(other.regular_) {}

OutputFile& OutputFile::operator=(OutputFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(regular_, other.regular_);
  return *this;
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status OutputFile::write(std::span<const std::byte> bytes) {
  return write_all(descriptor_, bytes, path_);
}

Status OutputFile::restart() {
  if (::ftruncate(descriptor_, 0) == 0 && ::lseek(descriptor_, 0, SEEK_SET) == 0) return {};
  return cannot_write(path_, errno);
}

Status OutputFile::close() {
  const int descriptor = std::exchange(descriptor_, -1);
  if (descriptor < 0 || ::close(descriptor) == 0 || errno == EINTR) return {};
  return cannot_write(path_, errno);
}

}  // namespace lyn
