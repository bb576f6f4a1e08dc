#pragma once

#include "core/result.h"
#include "stages/ingest/ffmpeg.h"
#include "stages/ingest/source.h"
#include "stages/ingest/source_uri.h"
#include "stages/ingest/watch.h"

namespace lyn {

/// An open libavformat context whose video stream is chosen: the first that is no attached picture.
/// All other streams are discarded. Protocols and formats are held to the kind of source, and nothing
/// that the input names is ever opened (`io_open` refuses).
class Demuxer {
 public:
  /// `watch` bounds the waits and must outlive this. Errors: see open_source(); `cancelled`.
  static Result<Demuxer> open(const SourceUri& uri, const SourceOptions& options, Watch& watch);

  [[nodiscard]] AVFormatContext& context() const { return *format_; }
  [[nodiscard]] const AVStream& video() const { return *format_->streams[video_]; }
  /// libavformat's code: the next packet of the video stream, or AVERROR_EOF and others.
  int read(AVPacket& packet) const;
  /// The error of reading bytes (not of understanding them), 0 for none; files only.
  [[nodiscard]] int io_error() const { return io_ == nullptr ? 0 : io_->error; }

 private:
  Demuxer(AvIo io, AvFormat format) : io_(std::move(io)), format_(std::move(format)) {}
  Status choose_video(const SourceUri& uri, Watch& watch);

  AvIo io_;  ///< closed after `format_`, which reads from it
  AvFormat format_;
  unsigned video_ = 0;
};

}  // namespace lyn
