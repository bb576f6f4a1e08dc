#include "stages/ingest/webcam_source.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <utility>
#include <vector>

#include "core/out_of_memory.h"
#include "stages/ingest/v4l2_camera.h"

namespace lyn {
namespace {

constexpr std::size_t kZerosBehind = 64;  ///< a Packet's promise
constexpr std::int64_t kTicks = 1'000'000;

Error cancelled() {
  return {ErrorKind::cancelled, "reading was ended", ""};
}

/// Makes a wait end, from any thread and for ever.
class Wake {
 public:
  Wake() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  ~Wake() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  void raise() {
    raised_.store(true, std::memory_order_release);
    const std::uint64_t one = 1;
    if (::write(descriptor_, &one, sizeof one) < 0) return;  // full: it was raised often enough
  }
  [[nodiscard]] bool raised() const { return raised_.load(std::memory_order_acquire); }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  std::atomic<bool> raised_{false};
};

class WebcamSource final : public Source {
 public:
  WebcamSource(SourceUri uri, SourceOptions options, const V4l2Calls& calls)
      : uri_(std::move(uri)), options_(std::move(options)), calls_(calls), on_stop_(options_.stop, Raise{wake_}) {}

  Status open() {
    if (wake_.raised()) return cancelled();
    LYN_TRY(camera_, V4l2Camera::open(uri_.target, calls_));
    stream_.codec = camera_->codec();
    stream_.codec_name = lyn::name_of(stream_.codec);
    stream_.width = camera_->width();
    stream_.height = camera_->height();
    stream_.time_base = {1, kTicks};
    stream_.frame_rate = camera_->frame_rate();
    if (stream_.codec == CodecId::mjpeg) stream_.colour.range = Range::full;
    return {};
  }

  const StreamInfo& stream() const override { return stream_; }
  const std::string& container() const override { return container_; }
  bool live() const override { return true; }
  void interrupt() override { wake_.raise(); }
  Status rewind() override { return Error{ErrorKind::source, uri_.shown + ": a camera cannot be rewound", ""}; }

  Result<std::optional<Packet>> read() override {
    return or_out_of_memory(ErrorKind::source, [&] { return next_packet(); });
  }

 private:
  struct Raise {
    Wake& wake;
    void operator()() const { wake.raise(); }
  };

  Result<std::optional<Packet>> next_packet() {
    for (;;) {
      if (wake_.raised()) return cancelled();
      LYN_TRY(const auto picture, camera_->take());
      if (picture) {
        Packet packet = packet_of(*picture);
        LYN_CHECK(camera_->give_back(*picture));
        if (packet.bytes.empty()) continue;  // some drivers give an empty one first
        return std::optional<Packet>(std::move(packet));
      }
      LYN_CHECK(wait());
    }
  }

  Status wait() {
    short events = 0;
    const int ready =
        calls_.wait(camera_->descriptor(), wake_.descriptor(),
                    static_cast<int>(std::min<std::int64_t>(options_.stall_timeout.count(), 3'600'000)), &events);
    if (ready < 0 && errno != EINTR) return camera_->lost(errno);
    if (ready == 0) {
      return Error{ErrorKind::source,
                   uri_.shown + ": no picture came for " + std::to_string(options_.stall_timeout.count()) + " ms",
                   "check the camera and its cable, or raise stall_timeout", SourceFault::stalled};
    }
    return (events & (POLLERR | POLLHUP | POLLNVAL)) != 0 ? Status(camera_->lost(ENODEV)) : Status();
  }

  /// The kernel's buffer goes back to it at once, so the bytes are copied: compressed ones.
  Packet packet_of(const V4l2Picture& picture) {
    auto bytes = std::make_shared<std::vector<std::uint8_t>>(picture.bytes.begin(), picture.bytes.end());
    bytes->resize(bytes->size() + kZerosBehind, 0);
    if (!first_) first_ = picture.microseconds;
    last_ = std::max(picture.microseconds - *first_, last_ + 1);
    Packet packet;
    packet.bytes = {bytes->data(), picture.bytes.size()};
    packet.owner = std::move(bytes);
    packet.pts = packet.dts = last_;
    packet.key = picture.key;
    packet.corrupt = picture.damaged;
    return packet;
  }

  SourceUri uri_;
  SourceOptions options_;
  const V4l2Calls& calls_;
  Wake wake_;
  std::stop_callback<Raise> on_stop_;
  std::unique_ptr<V4l2Camera> camera_;
  StreamInfo stream_;
  std::string container_ = "video4linux2,v4l2";
  std::optional<std::int64_t> first_;
  std::int64_t last_ = -1;
};

}  // namespace

Result<std::unique_ptr<Source>> open_webcam(const SourceUri& uri, const SourceOptions& options,
                                            const V4l2Calls& calls) {
  auto source = std::make_unique<WebcamSource>(uri, options, calls);
  LYN_CHECK(source->open());
  return std::unique_ptr<Source>(std::move(source));
}

std::string webcam_line(const std::string& path, const V4l2Calls& calls) {
  const auto facts = V4l2Camera::look_at(path, calls);
  if (!facts) return facts.error().what;
  std::string formats;
  for (const std::string& format : facts->formats) formats += (formats.empty() ? "" : ", ") + format;
  return path + ": " + facts->name + " (" + formats + ")";
}

std::string list_webcams(const V4l2Calls& calls) {
  std::string text;
  for (const std::string& path : video_devices()) text += (text.empty() ? "" : "\n") + webcam_line(path, calls);
  return text.empty() ? "no camera is plugged in here, or none was given to this container" : text;
}

}  // namespace lyn
