#pragma once

#include <deque>

#include "core/result.h"
#include "stages/ingest/av_open.h"
#include "stages/ingest/source.h"
#include "stages/ingest/source_uri.h"
#include "stages/ingest/watch.h"

namespace lyn {

/// An open libavformat context whose video stream is chosen: the first that is no attached picture; and the first audio
/// stream, where `listen_to_audio` asks for it. All other streams are discarded. Protocols and formats are held to the
/// kind of source, and nothing that the input names is ever opened (`io_open` refuses), but what http_input.h says of
/// playlists.
class Demuxer {
 public:
  /// `watch` bounds the waits and must outlive this. `again`: the source was open before and what its stream is like is
  /// known, so that it is found out anew only where packets could come out otherwise. Errors: see open_source();
  /// `cancelled`.
  static Result<Demuxer> open(const SourceUri& uri, const SourceOptions& options, Watch& watch, bool again = false);

  [[nodiscard]] AVFormatContext& context() const { return *format_; }
  [[nodiscard]] const AVStream& video() const { return *format_->streams[video_]; }
  /// Null unless it was asked for and is there.
  [[nodiscard]] const AVStream* audio() const { return audio_ < 0 ? nullptr : format_->streams[audio_]; }
  /// libavformat's code: the next packet of the video stream or the audio stream, or AVERROR_EOF and others.
  int read(AVPacket& packet);
  /// The first packet of sound, to look at: read() gives it and what comes before it all the same. Null when none comes
  /// among the first 64 packets.
  const AVPacket* first_sound();
  /// At the end of a TS: the codec of another video stream, of which a second and more came after the last packet of
  /// ours (a recording whose codec changed, each with a PID of its own); empty: none.
  [[nodiscard]] std::string goes_on_as() const;
  /// What a playlist named and was not allowed to open; empty: nothing.
  [[nodiscard]] std::string refused_open() const { return nested_ == nullptr ? "" : nested_->refused; }
  /// The error of reading bytes (not of understanding them), 0 for none; files only.
  [[nodiscard]] int io_error() const { return io_ == nullptr ? 0 : io_->error; }

 private:
  explicit Demuxer(OpenedInput input)
      : nested_(std::move(input.nested)), io_(std::move(input.io)), format_(std::move(input.format)) {}
  Status choose_video(const SourceUri& uri, const SourceOptions& options, Watch& watch, bool again);
  void discard_others();
  int read_on(AVPacket& packet);
  void note_time(const AVPacket& packet);

  std::unique_ptr<NestedOpens> nested_;
  AvIo io_;  ///< closed after `format_`, which reads from it
  AvFormat format_;
  unsigned video_ = 0;
  int audio_ = -1;
  std::deque<AvPacket> read_ahead_;
  int other_ = -1;          ///< a video stream of a TS that is not ours
  double other_until_ = 0;  ///< seconds: decoding time of its newest packet
  double ours_until_ = 0;   ///< and of ours
};

}  // namespace lyn
