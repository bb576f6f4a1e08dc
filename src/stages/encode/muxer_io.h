#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/result.h"
#include "stages/encode/av_owners.h"
#include "stages/encode/output_file.h"

namespace lyn {

/// Where a muxer of libavformat writes: its bytes are collected until to_file() moves them to the file in one
/// write. A file that can be written anywhere can be sought in; what is collected goes out before.
class MuxerIo {
 public:
  static Result<std::unique_ptr<MuxerIo>> create(OutputFile& file);
  MuxerIo(const MuxerIo&) = delete;
  MuxerIo& operator=(const MuxerIo&) = delete;

  [[nodiscard]] AVIOContext* context() const { return io_.get(); }
  /// What is collected now, to change before it goes out. Flushes libavformat's own buffer into it.
  std::vector<std::byte>& collected();
  /// Moves what is collected to the file. Errors of the file are kept: every later call gives the first one.
  Status to_file();
  /// Called with what is about to go out, as long as it is set.
  using Edit = void (*)(std::vector<std::byte>& bytes);
  void edit_with(Edit edit) { edit_ = edit; }
  /// The error of a call of libavformat; the file's own where that is behind it.
  [[nodiscard]] Error failed(const char* what, int error) const;

 private:
  explicit MuxerIo(OutputFile& file) : file_(file) {}
  static int take(void* self, std::uint8_t* bytes, int count);
  static std::int64_t seek(void* self, std::int64_t offset, int whence);
  Status move_out();

  OutputFile& file_;
  std::vector<std::byte> bytes_;
  av::Io io_;
  Edit edit_ = nullptr;
  Status status_;
};

}  // namespace lyn
