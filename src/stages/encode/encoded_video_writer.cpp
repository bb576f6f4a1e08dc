#include <algorithm>
#include <climits>
#include <optional>

#include "core/log.h"
#include "stages/encode/jpeg_colours.h"
#include "stages/encode/picture_encoder.h"
#include "stages/encode/track_files.h"
#include "stages/encode/video_writer.h"

namespace lyn {
namespace {

constexpr std::int64_t kGopSeconds = 2;

AVRational time_base_of(const StreamInfo& stream) {
  const auto fits = [](std::int64_t value) { return value > 0 && value <= INT_MAX; };
  if (!fits(stream.time_base.num) || !fits(stream.time_base.den)) return {1, 1'000'000};
  return {static_cast<int>(stream.time_base.num), static_cast<int>(stream.time_base.den)};
}

AVRational frame_rate_of(const StreamInfo& stream) {
  const Rational rate = stream.frame_rate;
  if (rate.num <= 0 || rate.den <= 0 || rate.num > INT_MAX || rate.den > INT_MAX) return {25, 1};
  return {static_cast<int>(rate.num), static_cast<int>(rate.den)};
}

std::string size_text(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

class EncodedVideoWriter final : public VideoWriter {
 public:
  EncodedVideoWriter(Device& device, const StreamInfo& stream, VideoWriterOptions options,
                     std::unique_ptr<TrackFiles> files, std::optional<JpegColours> jpeg_colours)
      : device_(device),
        options_(std::move(options)),
        time_base_(time_base_of(stream)),
        frame_rate_(frame_rate_of(stream)),
        gop_limit_(av_rescale_q(kGopSeconds, {1, 1}, time_base_)),
        grid_(options_.segment),
        files_(std::move(files)),
        packet_(av_packet_alloc()),
        jpeg_colours_(std::move(jpeg_colours)) {}

  ~EncodedVideoWriter() override {
    if (const Status ended = finish(); !ended && !told_) log::error(ended.error().text());
  }

  /// Opens the encoder and writes the header for what the stream promises. What the first picture says
  /// instead counts, as long as the header can be taken back.
  Status start(const PictureShape& shape) {
    const Status begun = keep(begin(shape));
    return begun ? begun : finish();
  }
  Status begin(const PictureShape& shape) {
    encoder_.reset();
    LYN_TRY(encoder_, open_encoder(device_, shape, time_base_, frame_rate_, options_));
    const std::int64_t last = std::max<std::int64_t>(1, av_rescale_q(1, av_inv_q(frame_rate_), time_base_));
    LYN_TRY(auto codec, encoder_->parameters());
    LYN_CHECK(files_->begin(MediaTrack{std::move(codec), time_base_, frame_rate_, last}));
    shape_ = shape;
    return {};
  }

  Status write(const Image& image, MediaTime pts) override {
    if (failure_) return *failure_;
    if (finished_) return refused("it is finished already", "open another file");
    LYN_CHECK(check(image));
    const std::int64_t ticks = ticks_of(pts);
    if (written_ > 0 && ticks <= last_pts_) {
      return refused("the time of a picture, " + std::to_string(pts.seconds()) + " s, is not after the one before",
                     "leave that picture out");
    }
    if (image.ready) LYN_CHECK(image.ready->wait());
    if (!jpeg_colours_) return keep(encode(image, ticks));
    LYN_TRY(const Image converted, jpeg_colours_->convert(image));
    return keep(encode(converted, ticks));
  }

  Status still_there() const override { return files_->still_there(); }

  Status finish() override {
    if (!finished_) {
      finished_ = true;
      if (!failure_ && encoder_) static_cast<void>(keep(flush()));
      if (!failure_) static_cast<void>(keep(files_->finish()));
      if (failure_) files_->give_up();
    }
    if (!failure_) return {};
    told_ = true;
    return *failure_;
  }

 private:
  Error refused(const std::string& why, const char* remedy) const {
    return {ErrorKind::output, "cannot write to the video " + files_->path() + ": " + why, remedy};
  }

  /// Remembers the first failure: the file ends with its last whole fragment.
  Status keep(Status status) {
    if (!status && !failure_) failure_ = status.error();
    return status;
  }

  Status check(const Image& image) {
    const bool even = image.width % 2 == 0 && image.height % 2 == 0 && image.width > 0 && image.height > 0;
    if (image.format.chroma != Chroma::yuv420 || image.format.bit_depth != 8 || image.rotation != 0 || !even) {
      return refused(
          "a picture of " + size_text(image.width, image.height) + " is not upright 8-bit 4:2:0 of even size",
          "pass what Overlay::draw gives");
    }
    return {};
  }

  std::int64_t ticks_of(MediaTime pts) const {
    if (pts.base.num == time_base_.num && pts.base.den == time_base_.den) return pts.ticks;
    const AVRational base{static_cast<int>(pts.base.num), static_cast<int>(pts.base.den)};
    return av_rescale_q(pts.ticks, base, time_base_);
  }

  Status encode(const Image& image, std::int64_t ticks) {
    const PictureShape shape{image.width, image.height, image.format.layout, image.colour};
    const bool fits = encoder_ && shape.width == shape_.width && shape.height == shape_.height &&
                      shape.layout == shape_.layout && (written_ > 0 || shape.colour == shape_.colour);
    if (!fits) {
      if (written_ > 0) LYN_CHECK(flush());
      LYN_CHECK(begin(shape));
    }
    const std::int64_t step = written_ == 0 ? 0 : ticks - last_pts_;
    const bool cut = !grid_.same_cell(time_of(written_ == 0 ? ticks : last_pts_), time_of(ticks));
    const bool key = !fits || written_ == 0 || cut || ticks + step - last_key_ > gop_limit_;
    LYN_CHECK(encoder_->send(image, ticks, key));
    ++written_;
    last_pts_ = ticks;
    if (key) last_key_ = ticks;
    return mux();
  }

  Status mux() {
    for (;;) {
      LYN_TRY(const bool got, encoder_->receive(*packet_));
      if (!got) return {};
      LYN_CHECK(files_->write(*packet_));
    }
  }

  /// All that the encoder still holds.
  Status flush() {
    LYN_CHECK(encoder_->drain());
    return mux();
  }

  MediaTime time_of(std::int64_t ticks) const { return {ticks, {time_base_.num, time_base_.den}}; }

  Device& device_;
  VideoWriterOptions options_;
  AVRational time_base_;
  AVRational frame_rate_;
  std::int64_t gop_limit_;  // ticks
  SegmentGrid grid_;
  std::unique_ptr<TrackFiles> files_;
  av::Packet packet_;
  std::optional<JpegColours> jpeg_colours_;  // of MJPEG
  PictureShape shape_;
  std::unique_ptr<PictureEncoder> encoder_;
  std::uint64_t written_ = 0;
  std::int64_t last_pts_ = 0;
  std::int64_t last_key_ = 0;
  bool finished_ = false;
  bool told_ = false;
  std::optional<Error> failure_;
};

}  // namespace

Result<std::unique_ptr<VideoWriter>> make_video_writer(Device& device, const StreamInfo& stream,
                                                       const VideoWriterOptions& options) {
  LYN_CHECK(check_encoder(device, options));
  LYN_TRY(auto files, TrackFiles::create({options.path, options.segment, options.on_segment, options.keep_existing},
                                         options.audio));
  const bool can_restart = files->can_restart();
  std::optional<JpegColours> jpeg_colours;
  if (options.codec == "mjpeg") {
    LYN_TRY(jpeg_colours, JpegColours::create(device));
  }
  auto writer =
      std::make_unique<EncodedVideoWriter>(device, stream, options, std::move(files), std::move(jpeg_colours));
  const bool turned = stream.rotation % 2 != 0;
  PictureShape shape;
  shape.width = (turned ? stream.height : stream.width) & ~1;
  shape.height = (turned ? stream.width : stream.height) & ~1;
  shape.colour = resolve_untagged(stream.colour, stream.height, stream.codec == CodecId::mjpeg);
  if (options.codec == "mjpeg") shape.colour = {Matrix::bt601, Range::full, shape.colour.siting};
  if (can_restart && shape.width > 0 && shape.height > 0) LYN_CHECK(writer->start(shape));
  return std::unique_ptr<VideoWriter>(std::move(writer));
}

}  // namespace lyn
