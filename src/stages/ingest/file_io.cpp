#include "stages/ingest/file_io.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace lyn {
namespace {

constexpr int kBufferBytes = 32 * 1024;

struct File {
  int descriptor = -1;
  Watch* watch = nullptr;

  ~File() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

int read_file(void* opaque, std::uint8_t* to, int bytes) {
  const File& file = *static_cast<File*>(opaque);
  if (Watch::should_stop(file.watch) != 0) return AVERROR_EXIT;
  for (;;) {
    const ssize_t count = ::read(file.descriptor, to, static_cast<std::size_t>(bytes));
    if (count > 0) return static_cast<int>(count);
    if (count == 0) return AVERROR_EOF;
    if (errno != EINTR) return AVERROR(errno);
  }
}

std::int64_t seek_file(void* opaque, std::int64_t offset, int whence) {
  const int descriptor = static_cast<File*>(opaque)->descriptor;
  if ((whence & AVSEEK_SIZE) != 0) {
    struct stat facts {};
    return ::fstat(descriptor, &facts) == 0 ? facts.st_size : AVERROR(errno);
  }
  const off_t at = ::lseek(descriptor, offset, whence & ~AVSEEK_FORCE);
  return at >= 0 ? at : AVERROR(errno);
}

}  // namespace

void AvIoClose::operator()(AVIOContext* io) const {
  if (io == nullptr) return;
  if (io->read_packet != &read_file) {
    avio_closep(&io);
    return;
  }
  delete static_cast<File*>(io->opaque);
  av_freep(&io->buffer);
  avio_context_free(&io);
}

AvIo open_file_io(const std::string& path, Watch& watch) {
  auto file = std::make_unique<File>();
  file->watch = &watch;
  file->descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file->descriptor < 0) return nullptr;
  errno = ENOMEM;
  auto* buffer = static_cast<unsigned char*>(av_malloc(kBufferBytes));
  if (buffer == nullptr) return nullptr;
  AVIOContext* io = avio_alloc_context(buffer, kBufferBytes, 0, file.get(), &read_file, nullptr, &seek_file);
  if (io == nullptr) {
    av_free(buffer);
    return nullptr;
  }
  (void)file.release();  // AvIoClose has it now
  return AvIo(io);
}

}  // namespace lyn
