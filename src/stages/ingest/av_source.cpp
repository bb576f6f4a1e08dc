#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "core/log.h"
#include "stages/ingest/av_words.h"
#include "stages/ingest/demuxer.h"
#include "stages/ingest/rtsp_source.h"
#include "stages/ingest/source.h"
#include "stages/ingest/stream_info.h"

namespace lyn {
namespace {

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

/// Files through libavformat.
class AvSource final : public Source {
 public:
  AvSource(SourceUri uri, SourceOptions options)
      : uri_(std::move(uri)), options_(std::move(options)), watch_(options_.stop) {}

  Status open() {
    LYN_TRY(demuxer_, Demuxer::open(uri_, options_, watch_));
    stream_ = describe_stream(demuxer_->video());
    container_ = demuxer_->context().iformat->name;
    return {};
  }

  const StreamInfo& stream() const override { return stream_; }
  const std::string& container() const override { return container_; }
  bool live() const override { return false; }
  void interrupt() override { watch_.interrupt(); }

  Result<std::optional<Packet>> read() override {
    if (watch_.verdict() == Watch::Verdict::interrupted) return cancelled();
    if (!demuxer_) return Error{ErrorKind::source, uri_.shown + ": is closed since it could not be rewound", ""};
    std::shared_ptr<AVPacket> packet(av_packet_alloc(), AvPacketFree());
    if (!packet) return Error{ErrorKind::source, uri_.shown + ": no memory left to read it", "stop other programs"};
    int code = demuxer_->read(*packet);
    if (code >= 0) code = av_packet_make_refcounted(packet.get());
    if (code >= 0) code = end_in_zeros(*packet);
    if (code < 0) return end_of(code);
    return std::optional<Packet>(wrap(std::move(packet)));
  }

  /// Opens the file anew: times and order are then those of the first pass in every format, which a
  /// seek does not promise (raw streams and ts have no index; guessed times start differently).
  Status rewind() override {
    demuxer_.reset();
    LYN_TRY(demuxer_, Demuxer::open(uri_, options_, watch_));
    const StreamInfo again = describe_stream(demuxer_->video());
    if (again.codec == stream_.codec && again.time_base == stream_.time_base && again.extradata == stream_.extradata) {
      return {};
    }
    return Error{ErrorKind::source, uri_.shown + ": the file was replaced by another one while it was read",
                 "start again"};
  }

 private:
  Result<std::optional<Packet>> end_of(int code) {
    if (watch_.verdict() == Watch::Verdict::interrupted) return cancelled();
    if (code == AVERROR_EOF && demuxer_->io_error() == 0) return std::optional<Packet>{};
    if (const int io = demuxer_->io_error(); io < 0 && io != AVERROR_EOF) {
      return Error{ErrorKind::source, uri_.shown + ": reading failed: " + av_words(io),
                   "check the disk or the network"};
    }
    if (code != AVERROR_EOF) log::warning(uri_.shown + ": the rest of the file is damaged or missing; it ends here");
    return std::optional<Packet>{};
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
  std::optional<Demuxer> demuxer_;
  StreamInfo stream_;
  std::string container_;
};

static_assert(kNoTimestamp == AV_NOPTS_VALUE);

}  // namespace

Result<std::unique_ptr<Source>> open_source(const std::string& uri, const SourceOptions& options) {
  LYN_TRY(SourceUri parsed, parse_source_uri(uri));
  if (parsed.kind == SourceUri::Kind::rtsp) return open_rtsp_source(parsed, options);
  auto source = std::make_unique<AvSource>(std::move(parsed), options);
  LYN_CHECK(source->open());
  return std::unique_ptr<Source>(std::move(source));
}

}  // namespace lyn
