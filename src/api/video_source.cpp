#include "lynceus/video_source.h"

#include <atomic>
#include <utility>

#include "api/open_device_impl.h"
#include "api/picture_impl.h"
#include "stages/ingest/source.h"

namespace lyn {

struct VideoSource::Impl {
  OpenDevice device;
  std::unique_ptr<Source> source;
  std::unique_ptr<Decoder> decoder;
  VideoSourceInfo info;
  bool drained = false;  ///< the decoder has every packet
  bool ended = false;
  std::atomic<bool> interrupted{false};

  /// The decoder's next frame, after as many packets as it takes.
  Result<std::optional<Frame>> next() {
    for (;;) {
      LYN_TRY(auto frame, decoder->receive());
      if (frame || drained) return frame;
      LYN_TRY(const auto packet, source->read());
      drained = !packet;
      LYN_CHECK(packet ? decoder->send(*packet) : decoder->drain());
    }
  }
};

namespace {

VideoSourceInfo info_of(const Source& source) {
  const StreamInfo& stream = source.stream();
  return {stream.codec_name, source.container(), stream.width,      stream.height,
          stream.rotation,   stream.time_base,   stream.frame_rate, source.live()};
}

}  // namespace

VideoSource::VideoSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
VideoSource::VideoSource(VideoSource&& other) noexcept = default;
VideoSource& VideoSource::operator=(VideoSource&& other) noexcept = default;
VideoSource::~VideoSource() = default;

Result<VideoSource> VideoSource::open(const OpenDevice& device, const std::string& uri,
                                      const VideoSourceOptions& options) {
  SourceOptions reading;
  reading.transport = options.rtsp_over_udp ? RtspTransport::udp : RtspTransport::tcp;
  reading.open_timeout = options.open_timeout;
  reading.stall_timeout = options.stall_timeout;
  LYN_TRY(auto source, open_source(uri, reading));
  LYN_TRY(auto decoder, device.impl_->backend.make_decoder(*device.impl_->device, source->stream(),
                                                           {.threads = options.decode_threads}));
  VideoSourceInfo info = info_of(*source);
  return VideoSource(std::unique_ptr<Impl>(
      new Impl{device, std::move(source), std::move(decoder), std::move(info), false, false, false}));
}

const VideoSourceInfo& VideoSource::info() const {
  return impl_->info;
}

Result<std::optional<Picture>> VideoSource::read() {
  if (impl_->interrupted) return Error{ErrorKind::cancelled, "reading was interrupted", ""};
  if (impl_->ended) return std::optional<Picture>();
  auto frame = impl_->next();
  impl_->ended = !frame || !*frame;
  if (!frame) return frame.error();
  if (!*frame) return std::optional<Picture>();
  Device& device = *impl_->device.impl_->device;
  return std::optional<Picture>(
      Picture(std::make_shared<const Picture::Impl>(Picture::Impl{impl_->device, device, std::move(**frame)})));
}

void VideoSource::interrupt() {
  impl_->interrupted = true;
  impl_->source->interrupt();
}

}  // namespace lyn
