#include "stages/encode/muxer_io.h"

#include <cstdio>
#include <exception>
#include <string>

namespace lyn {
namespace {

constexpr int kBuffer = 64 * 1024;

}  // namespace

Result<std::unique_ptr<MuxerIo>> MuxerIo::create(OutputFile& file) {
  std::unique_ptr<MuxerIo> io(new MuxerIo(file));
  auto* buffer = static_cast<unsigned char*>(av_malloc(kBuffer));
  io->io_.reset(avio_alloc_context(buffer, kBuffer, 1, io.get(), nullptr, &MuxerIo::take,
                                   file.can_restart() ? &MuxerIo::seek : nullptr));
  if (!io->io_) return io->failed("begin the container", AVERROR(ENOMEM));
  return io;
}

Error MuxerIo::failed(const char* what, int error) const {
  if (!status_) return status_.error();
  return {ErrorKind::output,
          std::string("cannot ") + what + " of the video " + file_.path() + ": " + av::text_of(error),
          "report this with the version and the log"};
}

int MuxerIo::take(void* self, std::uint8_t* bytes, int count) {
  auto& collected = static_cast<MuxerIo*>(self)->bytes_;
  const auto* first = reinterpret_cast<const std::byte*>(bytes);
  try {
    collected.insert(collected.end(), first, first + count);
  } catch (const std::exception&) {
    return AVERROR(ENOMEM);
  }
  return count;
}

/// libavformat has given all that lies before.
std::int64_t MuxerIo::seek(void* self, std::int64_t offset, int whence) {
  auto& io = *static_cast<MuxerIo*>(self);
  if (whence != SEEK_SET) return AVERROR(ENOSYS);
  if (!io.move_out()) return AVERROR(EIO);
  io.status_ = io.file_.seek(offset);
  return io.status_ ? offset : AVERROR(EIO);
}

std::vector<std::byte>& MuxerIo::collected() {
  avio_flush(io_.get());
  return bytes_;
}

Status MuxerIo::move_out() {
  if (!status_) return status_;
  if (edit_ != nullptr) edit_(bytes_);
  status_ = file_.write(bytes_);
  bytes_.clear();
  return status_;
}

Status MuxerIo::to_file() {
  avio_flush(io_.get());
  return move_out();
}

}  // namespace lyn
