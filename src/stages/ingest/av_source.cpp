#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <span>
#include <utility>

#include "core/log.h"
#include "core/out_of_memory.h"
#include "stages/ingest/audio_info.h"
#include "stages/ingest/av_words.h"
#include "stages/ingest/codec_watch.h"
#include "stages/ingest/demuxer.h"
#include "stages/ingest/http_input.h"
#include "stages/ingest/promised_size.h"
#include "stages/ingest/rtsp_source.h"
#include "stages/ingest/source.h"
#include "stages/ingest/stills_source.h"
#include "stages/ingest/stream_info.h"
#include "stages/ingest/webcam_source.h"

namespace lyn {
namespace {

constexpr std::int64_t kArrivalTicks = 1'000'000;  ///< a second

/// Of a damaged stream libavformat 5.1's parsers may give the beginning of a larger packet: what follows it is then the
/// rest of that one, and not the zeros that readers of bits stop at.
int end_in_zeros(AVPacket& packet) {
  const auto size = static_cast<std::size_t>(packet.size);
  const std::span behind(packet.data + size, AV_INPUT_BUFFER_PADDING_SIZE);
  if (std::ranges::all_of(behind, [](std::uint8_t byte) { return byte == 0; })) return 0;
  AVBufferRef* copy = av_buffer_allocz(size + AV_INPUT_BUFFER_PADDING_SIZE);
  if (copy == nullptr) return AVERROR(ENOMEM);
  std::copy_n(packet.data, size, copy->data);
  av_buffer_unref(&packet.buf);
  packet.buf = copy;
  packet.data = copy->data;
  return 0;
}

Error cancelled() {
  return {ErrorKind::cancelled, "reading was ended", ""};
}

/// Files and HTTP through libavformat.
class AvSource final : public Source {
 public:
  AvSource(SourceUri uri, SourceOptions options)
      : uri_(std::move(uri)), options_(std::move(options)), watch_(options_.stop), live_(sets_its_pace(uri_)) {}

  Status open() {
    LYN_TRY(demuxer_, Demuxer::open(uri_, options_, watch_));
    stream_ = describe_stream(demuxer_->video());
    container_ = demuxer_->context().iformat->name;
    untimed_ = container_ == "mpjpeg";
    if (untimed_) stream_.time_base = {1, kArrivalTicks};
    codec_watch_.emplace(stream_);
    if (demuxer_->audio() != nullptr) listen();
    return {};
  }

  const StreamInfo& stream() const override { return stream_; }
  const std::string& container() const override { return container_; }
  bool live() const override { return live_; }
  const std::optional<AudioInfo>& audio() const override { return audio_; }
  void interrupt() override { watch_.interrupt(); }

  Result<std::optional<Packet>> read() override {
    return or_out_of_memory(ErrorKind::source, [&] { return next_packet(); });
  }

  Status rewind() override {
    return or_out_of_memory(ErrorKind::source, [&] { return start_over(); });
  }

 private:
  Result<std::optional<Packet>> next_packet() {
    if (watch_.verdict() == Watch::Verdict::interrupted) return cancelled();
    if (!demuxer_) return Error{ErrorKind::source, uri_.shown + ": is closed since it could not be rewound", ""};
    if (uri_.kind != SourceUri::Kind::file) watch_.allow(options_.stall_timeout);
    std::shared_ptr<AVPacket> packet(av_packet_alloc(), AvPacketFree());
    if (!packet) return Error{ErrorKind::source, uri_.shown + ": no memory left to read it", "stop other programs"};
    int code = demuxer_->read(*packet);
    if (code >= 0) code = av_packet_make_refcounted(packet.get());
    if (code >= 0) code = end_in_zeros(*packet);
    if (code < 0) return end_of(code);
    if (packet->stream_index != demuxer_->video().index) return std::optional<Packet>(wrap_sound(std::move(packet)));
    if (const CodecId now = codec_watch_->look_at({packet->data, static_cast<std::size_t>(packet->size)});
        now != CodecId::unknown) {
      return goes_on_as(now);
    }
    if (untimed_) stamp(*packet);
    last_pts_ = std::max(last_pts_, packet->pts);
    last_is_partial_ = (packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
    return std::optional<Packet>(wrap(std::move(packet)));
  }

  /// Opens the file anew: times and order are then those of the first pass in every format, which a
  /// seek does not promise (raw streams and ts have no index; guessed times start differently).
  Status start_over() {
    demuxer_.reset();
    last_pts_ = kNoTimestamp;
    codec_watch_.emplace(stream_);
    LYN_TRY(demuxer_, Demuxer::open(uri_, options_, watch_, true));
    const StreamInfo again = describe_stream(demuxer_->video());
    if (again.codec == stream_.codec && again.time_base == stream_.time_base && again.extradata == stream_.extradata) {
      return {};
    }
    return Error{ErrorKind::source, uri_.shown + ": the file was replaced by another one while it was read",
                 "start again"};
  }

  Result<std::optional<Packet>> end_of(int code) {
    const auto verdict = watch_.verdict();
    if (verdict == Watch::Verdict::interrupted) return cancelled();
    const bool late = verdict == Watch::Verdict::late;
    if (live() || late || !demuxer_->refused_open().empty()) return lost(code, late);
    if (const int io = demuxer_->io_error(); io < 0 && io != AVERROR_EOF) {
      return Error{ErrorKind::source, uri_.shown + ": reading failed: " + av_words(io),
                   "check the disk or the network"};
    }
    if (const std::string why = why_too_early(code); !why.empty() && !std::exchange(told_, true)) {
      log::warning(uri_.shown + ": " + why + "; " + last_picture());
    }
    return std::optional<Packet>{};
  }

  /// Why a file ought to go on where it ends; empty when it is whole.
  [[nodiscard]] std::string why_too_early(int code) const {
    if (uri_.kind != SourceUri::Kind::file) return code == AVERROR_EOF ? "" : "the rest of it is damaged or missing";
    std::error_code ignored;
    const auto size = std::filesystem::file_size(uri_.target, ignored);
    std::ifstream file(uri_.target, std::ios::binary);
    const auto promised = ignored ? std::nullopt : promised_size(file, size);
    if (promised && *promised > size) {
      return "the file is cut short: " + std::to_string(size) + " of the " + std::to_string(*promised) +
             " bytes that its headers promise are there";
    }
    if (const std::string other = demuxer_->goes_on_as(); !other.empty()) {
      return "its video stream ends here, and another one (" + other + ") goes on, which is not read";
    }
    if (last_is_partial_) return "the file is cut short, in the middle of a picture";
    return code == AVERROR_EOF ? "" : "the rest of the file is damaged or missing";
  }

  [[nodiscard]] std::string last_picture() const {
    if (last_pts_ == kNoTimestamp) return "its pictures carry no time";
    char text[64];
    std::snprintf(text, sizeof text, "its last picture is at %.3f s",
                  MediaTime{last_pts_, stream_.time_base}.seconds());
    return text;
  }

  Error goes_on_as(CodecId codec) const {
    return {ErrorKind::source,
            uri_.shown + ": the stream changes from " + stream_.codec_name + " to " + lyn::name_of(codec) + "; " +
                last_picture(),
            "split it there: each part can be read alone"};
  }

  Error lost(int code, bool late) const {
    if (!late) return explain_http(uri_.shown, code, demuxer_->refused_open(), false);
    const auto tenths = options_.stall_timeout.count() / 100;
    const std::string seconds = std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
    return {ErrorKind::source, uri_.shown + ": no picture came for " + seconds + " s",
            "check the camera and the network, or raise stall_timeout", SourceFault::stalled};
  }

  /// Parts of a multipart answer carry no time: they get the one at which they came, counted from the first.
  void stamp(AVPacket& packet) {
    const auto now = system_clock().now();
    if (last_pts_ == kNoTimestamp) first_arrival_ = now;
    const auto since = std::chrono::duration_cast<std::chrono::microseconds>(now - first_arrival_).count();
    packet.pts = packet.dts = std::max<std::int64_t>(since, last_pts_ == kNoTimestamp ? 0 : last_pts_ + 1);
    packet.duration = 0;
  }

  void listen() {
    audio_ = describe_audio(*demuxer_->audio());
    if (audio_->codec != "aac" || !audio_->config.empty()) return;
    watch_.allow(options_.open_timeout);
    const AVPacket* first = demuxer_->first_sound();
    watch_.allow_for_ever();
    if (first != nullptr) audio_->config = adts::config_of({first->data, static_cast<std::size_t>(first->size)});
    in_adts_ = !audio_->config.empty();
  }

  [[nodiscard]] Packet wrap_sound(std::shared_ptr<AVPacket> from) const {
    Packet packet = wrap(std::move(from));
    packet.sound = true;
    if (in_adts_) packet.bytes = packet.bytes.subspan(adts::header_size(packet.bytes));
    return packet;
  }

  static Packet wrap(std::shared_ptr<AVPacket> from) {
    Packet packet;
    packet.bytes = {from->data, static_cast<std::size_t>(from->size)};
    packet.pts = from->pts;
    packet.dts = from->dts;
    packet.duration = (from->flags & AV_PKT_FLAG_DISCARD) != 0 ? -1 : from->duration;
    packet.key = (from->flags & AV_PKT_FLAG_KEY) != 0;
    packet.corrupt = (from->flags & AV_PKT_FLAG_CORRUPT) != 0;
    packet.owner = std::move(from);
    return packet;
  }

  SourceUri uri_;
  SourceOptions options_;
  Watch watch_;
  const bool live_;
  std::optional<Demuxer> demuxer_;
  std::optional<CodecWatch> codec_watch_;
  StreamInfo stream_;
  std::optional<AudioInfo> audio_;
  bool in_adts_ = false;  ///< each packet of sound has a header of its own
  std::string container_;
  bool untimed_ = false;  ///< packets come without times
  Clock::Monotonic first_arrival_{};
  std::int64_t last_pts_ = kNoTimestamp;  ///< the latest of this pass
  bool last_is_partial_ = false;          ///< bytes of the newest packet are missing
  bool told_ = false;                     ///< that the file ends too early
};

static_assert(kNoTimestamp == AV_NOPTS_VALUE);

Result<std::unique_ptr<Source>> open_any(const std::string& uri, const SourceOptions& options) {
  LYN_TRY(SourceUri parsed, parse_source_uri(uri));
  if (parsed.kind == SourceUri::Kind::rtsp) return open_rtsp_source(parsed, options);
  if (parsed.kind == SourceUri::Kind::stills) return open_stills(parsed, options);
  if (parsed.kind == SourceUri::Kind::webcam) return open_webcam(parsed, options);
  auto source = std::make_unique<AvSource>(std::move(parsed), options);
  LYN_CHECK(source->open());
  return std::unique_ptr<Source>(std::move(source));
}

}  // namespace

Result<std::unique_ptr<Source>> open_source(const std::string& uri, const SourceOptions& options) {
  return or_out_of_memory(ErrorKind::source, [&] { return open_any(uri, options); });
}

}  // namespace lyn
