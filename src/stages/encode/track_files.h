#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "stages/encode/audio_inbox.h"
#include "stages/encode/media_file.h"
#include "stages/encode/segment.h"

namespace lyn {

/// The file of one camera's tracks; with segments, or where the tracks change, the files. The second file of
/// out.mp4 is out-001.mp4; with segments the first is out-000.mp4. A file begins with a key frame of the video.
class TrackFiles {
 public:
  /// Creates the first file, so that one that cannot be written is known at once. Error kind `output`.
  /// `audio`: what is to lie beside the video; may be null.
  static Result<std::unique_ptr<TrackFiles>> create(const SegmentOptions& options, std::shared_ptr<AudioInbox> audio);

  /// False for pipes and devices: there is one file, whose header cannot be taken back.
  [[nodiscard]] bool can_restart() const { return file_->can_restart(); }
  [[nodiscard]] const std::string& path() const { return file_->path(); }
  /// What follows are packets of this track: in the present file as long as it holds none, else in a new one.
  /// Error kind `output`, also for a pipe that holds some already.
  Status begin(MediaTrack video);
  /// A packet of the video, after the sound that comes before it. Takes the packet's contents. Decoding times rise.
  Status write(AVPacket& packet);
  /// Error kind `output` when somebody deleted the present file.
  [[nodiscard]] Status still_there() const { return file_->still_there(); }
  /// Completes the last file.
  Status finish();
  /// After a failure: the present file ends with what is whole in it, and goes where that is not one picture.
  void give_up();

 private:
  TrackFiles(const SegmentOptions& options, std::shared_ptr<AudioInbox> audio)
      : options_(options), grid_(options.length), audio_(std::move(audio)) {}
  [[nodiscard]] std::string name_of(int number) const;
  Status create_file();
  Status begin_media();
  Status write_sound(double until);
  Status open_next(std::vector<MediaTrack> tracks);
  Status complete(std::optional<std::int64_t> next_dts, std::optional<std::int64_t> next_pts);
  [[nodiscard]] Segment segment(std::int64_t end) const;

  SegmentOptions options_;
  SegmentGrid grid_;
  std::shared_ptr<AudioInbox> audio_;
  std::optional<std::int64_t> last_sound_;
  int number_ = 0;
  std::vector<MediaTrack> tracks_;
  std::unique_ptr<OutputFile> file_;
  std::int64_t header_bytes_ = 0;          ///< of file_, before its first picture
  std::unique_ptr<MediaFile> media_;       // refers to file_
  std::optional<std::int64_t> first_pts_;  // of the video in this file
  std::int64_t last_pts_ = 0;
};

}  // namespace lyn
