#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "core/log.h"
#include "core/out_of_memory.h"
#include "stages/decode/av_formats.h"
#include "stages/decode/bob_decoder.h"
#include "stages/decode/damage_notes.h"
#include "stages/decode/dav1d_decoder.h"
#include "stages/decode/decoder.h"
#include "stages/decode/ffmpeg.h"
#include "stages/decode/missing_times.h"
#include "stages/decode/nal_scan.h"
#include "stages/decode/packet_of.h"
#include "stages/decode/pool_frames.h"
#include "stages/decode/rgb_pictures.h"

namespace lyn {
namespace {

constexpr const char* kDecoded =
    "h264, hevc, av1, vp8, vp9, mpeg1video, mpeg2video, mpeg4, wmv1, wmv2, mjpeg, png and webp are decoded on the cpu "
    "device";
constexpr std::int64_t kMostPixels = 8192LL * 8192 * 2;

class SoftwareDecoder final : public Decoder {
 public:
  SoftwareDecoder(Device& device, const StreamInfo& stream)
      : device_(device),
        stream_(stream),
        notes_(stream.codec == CodecId::h264 || stream.codec == CodecId::hevc),
        pictures_(device, notes_),
        rgb_(device),
        scan_(stream),
        times_(stream.time_base, stream.frame_rate) {}

  Status open(const DecoderOptions& options);

  Status send(const Packet& packet) override {
    return or_out_of_memory(ErrorKind::device, [&] { return decode(packet); });
  }

  Status drain() override {
    return or_out_of_memory(ErrorKind::device, [&] {
      const int code = avcodec_send_packet(context_.get(), nullptr);
      return code < 0 && code != AVERROR_EOF ? explain(code) : Status();
    });
  }

  Result<std::optional<Frame>> receive() override {
    return or_out_of_memory(ErrorKind::device, [&] { return next_picture(); });
  }

  Status reset() override {
    avcodec_flush_buffers(context_.get());
    started_ = false;
    times_ = MissingTimes(stream_.time_base, stream_.frame_rate);
    return {};
  }

  std::size_t picture_bytes() const override { return pictures_.picture_bytes(); }

  std::uint64_t skipped_before_key() const override { return skipped_before_key_; }

 private:
  static Error out_of_memory() {
    return {ErrorKind::device, "no memory left to decode", "run fewer cameras, or stop other programs"};
  }

  Status decode(const Packet& packet) {
    if (!started_ && !begin(packet)) {
      ++skipped_before_key_;
      return {};
    }
    if (packet.key && !delay_known_) learn_delay(packet);
    last_sent_ = notes_.sent(packet, scan_.may_be_referenced(packet.bytes));
    if (!fill_packet(*packet_, packet)) return out_of_memory();
    context_->reordered_opaque = last_sent_;
    const int code = avcodec_send_packet(context_.get(), packet_.get());
    av_packet_unref(packet_.get());
    device_.count_transfer(Reason::bitstream, packet.bytes.size());
    return code < 0 ? explain(code) : Status();
  }

  Result<std::optional<Frame>> next_picture() {
    for (;;) {
      AvFrame frame(av_frame_alloc());
      if (!frame) return out_of_memory();
      const int code = avcodec_receive_frame(context_.get(), frame.get());
      if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return std::optional<Frame>{};
      if (code >= 0) {
        LYN_TRY(Frame wrapped, wrap(std::move(frame)));
        return std::optional<Frame>(std::move(wrapped));
      }
      LYN_CHECK(explain(code));
    }
  }

  /// False for a packet before the first keyframe. H.264 is left to libavcodec, which also knows
  /// recovery points; its HEVC decoder would show grey pictures.
  bool begin(const Packet& packet) {
    if (!packet.key && stream_.codec != CodecId::h264) return false;
    started_ = true;
    return true;
  }

  void learn_delay(const Packet& packet);
  Status explain(int code);
  void note_lost();
  Result<Frame> wrap(AvFrame frame);
  Result<Image> image_of(AvFrame frame);

  Device& device_;
  StreamInfo stream_;
  DamageNotes notes_;
  PoolFrames pictures_;
  RgbPictures rgb_;
  NalScan scan_;
  MissingTimes times_;
  AvDecodePacket packet_;
  std::uint64_t skipped_before_key_ = 0;
  std::uint64_t given_ = 0;
  std::int64_t last_sent_ = -1;
  bool started_ = false;
  bool delay_known_ = false;
  AvCodec context_;  ///< last: its end gives pictures back
};

Status SoftwareDecoder::open(const DecoderOptions& options) {
  const AVCodec* codec = avcodec_find_decoder(codec_id_of(stream_.codec));
  if (codec == nullptr || (codec->capabilities & AV_CODEC_CAP_DR1) == 0) {
    return Error{ErrorKind::device, "no decoder for " + stream_.codec_name, kDecoded};
  }
  context_.reset(avcodec_alloc_context3(codec));
  packet_.reset(av_packet_alloc());
  if (!context_ || !packet_) return out_of_memory();
  if (!stream_.extradata.empty()) {
    context_->extradata =
        static_cast<std::uint8_t*>(av_mallocz(stream_.extradata.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    if (context_->extradata == nullptr) return out_of_memory();
    std::memcpy(context_->extradata, stream_.extradata.data(), stream_.extradata.size());
    context_->extradata_size = static_cast<int>(stream_.extradata.size());
  }
  context_->width = stream_.width;  // H.264 crops to the container's size
  context_->height = stream_.height;
  context_->pkt_timebase = {static_cast<int>(stream_.time_base.num), static_cast<int>(stream_.time_base.den)};
  context_->max_pixels = kMostPixels;
  context_->thread_count = std::max(options.threads, 1);
  tag_context(*context_, stream_.colour);
  pictures_.serve(*context_);
  if (const int code = avcodec_open2(context_.get(), codec, nullptr); code < 0) {
    return Error{ErrorKind::device, std::string("libavcodec cannot open its decoder for ") + codec->name,
                 "check that the file plays elsewhere; its headers may be damaged"};
  }
  return {};
}

/// How many pictures H.264 reorders, where its headers do not say: a keyframe's PTS lies so many
/// frames behind its DTS. Too few, and libavcodec would give pictures out of order until it notices.
void SoftwareDecoder::learn_delay(const Packet& packet) {
  constexpr std::int64_t kMost = 16;
  if (stream_.codec != CodecId::h264 || packet.pts == kNoTimestamp || packet.dts == kNoTimestamp) return;
  delay_known_ = true;
  const std::int64_t frame = packet.duration > 0 ? packet.duration : times_.one_frame();
  std::int64_t ahead = 0;
  if (__builtin_sub_overflow(packet.pts, packet.dts, &ahead)) return;
  const std::int64_t delay = ahead / frame + (ahead % frame >= (frame + 1) / 2 ? 1 : 0);
  if (delay > 0) context_->has_b_frames = std::max(context_->has_b_frames, static_cast<int>(std::min(delay, kMost)));
}

/// A packet that cannot be decoded is damage, not an error; only what can never work ends decoding.
Status SoftwareDecoder::explain(int code) {
  if (auto error = pictures_.take_error()) return *error;
  if (code == AVERROR(ENOMEM)) return out_of_memory();
  if (code == AVERROR_PATCHWELCOME && given_ == 0) {
    return Error{ErrorKind::device,
                 "this " + stream_.codec_name + " stream uses a feature that libavcodec does not know",
                 "have the source encode Baseline, Main or High profile"};
  }
  if (code == AVERROR(EAGAIN)) {
    return Error{ErrorKind::device, "the decoder still holds pictures", "receive() them before the next packet"};
  }
  note_lost();
  return {};
}

/// With frame threads an error belongs to any of the packets that were under way.
void SoftwareDecoder::note_lost() {
  const bool many = (context_->active_thread_type & FF_THREAD_FRAME) != 0;
  const int under_way = many ? context_->thread_count : 1;
  for (int i = under_way - 1; i >= 0; --i) notes_.lost(last_sent_ - i);
}

/// With its colour resolved.
Result<Image> SoftwareDecoder::image_of(AvFrame frame) {
  if (!pixel_format_of(static_cast<AVPixelFormat>(frame->format))) {
    const auto [address, view] = PoolFrames::memory_of(*frame);
    return rgb_.convert(std::move(frame), address, view);
  }
  const Colour tagged = colour_of(*frame, stream_.colour);
  Image image = PoolFrames::image_of(std::move(frame));
  image.colour = resolve_untagged(tagged, image.height, stream_.codec == CodecId::mjpeg);
  return image;
}

Result<Frame> SoftwareDecoder::wrap(AvFrame frame) {
  const bool concealed = frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0;
  Frame out;
  out.damaged = notes_.is_damaged(frame->reordered_opaque, concealed);
  out.duration = frame->pkt_duration > 0 ? frame->pkt_duration : times_.one_frame();
  out.pts = {times_.fill(frame->best_effort_timestamp, frame->pkt_duration), stream_.time_base};
  if (frame->interlaced_frame != 0) {
    out.fields = frame->top_field_first != 0 ? Fields::top_first : Fields::bottom_first;
  }
  LYN_TRY(out.image, image_of(std::move(frame)));
  out.image.rotation = stream_.rotation;
  ++given_;
  return out;
}

}  // namespace

Result<std::unique_ptr<Decoder>> make_software_decoder(Device& device, const StreamInfo& stream,
                                                       const DecoderOptions& options) {
  if (device.is_cuda()) {
    return Error{ErrorKind::device, "the software decoder cannot fill memory of " + device.name(), "use --device cpu"};
  }
  if (stream.codec == CodecId::av1) return make_dav1d_decoder(device, stream, options);
  return or_out_of_memory(ErrorKind::device, [&]() -> Result<std::unique_ptr<Decoder>> {
    auto decoder = std::make_unique<SoftwareDecoder>(device, stream);
    LYN_CHECK(decoder->open(options));
    return with_interlaced_policy(device, std::move(decoder), options);
  });
}

}  // namespace lyn
