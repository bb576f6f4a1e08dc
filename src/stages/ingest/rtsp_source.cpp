#include "stages/ingest/rtsp_source.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

#include "core/clock.h"
#include "stages/ingest/rtsp/receiver.h"
#include "stages/ingest/rtsp/sound_clock.h"

namespace lyn {
namespace {

constexpr std::size_t kMostWaiting = 64;        // pictures
constexpr std::size_t kMostSoundWaiting = 512;  // several times what comes beside those

Error cancelled() {
  return {ErrorKind::cancelled, "reading was ended", ""};
}

class RtspSource final : public Source, private Receiver::Sink {
 public:
  RtspSource(const SourceUri& uri, const SourceOptions& options)
      : shown_(uri.shown),
        on_media_(options.on_media),
        on_stop_(options.stop, [this] { interrupt(); }),
        wants_sound_(options.listen_to_audio),
        receiver_(Receiver::start(uri, options, *this)) {}

  /// Waits for the first keyframe.
  Status open() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stream_ || error_ || interrupted_; });
    if (interrupted_) return cancelled();
    if (!stream_) return *error_;
    lock.unlock();  // the receiver's loop may be waiting for it
    if (wants_sound_) audio_ = receiver_->audio();
    return {};
  }

  const StreamInfo& stream() const override { return *stream_; }
  const std::string& container() const override {
    static const std::string name = "rtsp";
    return name;
  }
  bool live() const override { return true; }
  const std::optional<AudioInfo>& audio() const override { return audio_; }
  bool leaves_sound() const override { return wants_sound_ && !audio_ && receiver_->offers_audio(); }

  Result<std::optional<Packet>> read() override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return interrupted_ || error_ || !packets_.empty(); });
    if (interrupted_) return cancelled();
    if (packets_.empty()) return *error_;
    Packet packet = std::move(packets_.front());
    packets_.pop_front();
    if (packet.sound) --sounds_;
    return std::optional<Packet>(std::move(packet));
  }

  Status rewind() override {
    return Error{ErrorKind::source, shown_ + ": a camera cannot be rewound", "loop over files only"};
  }

  void interrupt() override {
    {
      std::lock_guard lock(mutex_);
      interrupted_ = true;
    }
    changed_.notify_all();
  }

  [[nodiscard]] RtspFacts facts() const { return {receiver_->profile(), receiver_->offers_audio()}; }

 private:
  void on_media() override {
    if (on_media_) on_media_();
  }

  void on_opened(const StreamInfo& stream) override {
    {
      std::lock_guard lock(mutex_);
      stream_ = stream;
    }
    changed_.notify_all();
  }

  void on_packet(Packet packet) override {
    {
      std::lock_guard lock(mutex_);
      if (sound_clock_) sound_clock_->picture(packet, stream_->time_base, system_clock().now());
      const bool room = packets_.size() - sounds_ < kMostWaiting;
      waiting_for_key_ = (waiting_for_key_ && !packet.key) || !room;
      if (waiting_for_key_) {
        ++dropped_;
        return;
      }
      packet.dropped_before = std::exchange(dropped_, 0);
      packets_.push_back(std::move(packet));
    }
    changed_.notify_all();
  }

  void on_audio(const AudioInfo& info, Packet packet) override {
    {
      std::lock_guard lock(mutex_);
      if (!sound_clock_) sound_clock_.emplace(info.clock_rate);
      const auto place = sound_clock_->place(packet, system_clock().now());
      if (!place || sounds_ >= kMostSoundWaiting) return;
      ++sounds_;
      packet.pts = packet.dts = *place;
      packets_.push_back(std::move(packet));
    }
    changed_.notify_all();
  }

  void on_ended(Error error) override {
    {
      std::lock_guard lock(mutex_);
      error_ = std::move(error);
    }
    changed_.notify_all();
  }

  const std::string shown_;
  const std::function<void()> on_media_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Packet> packets_;
  std::size_t sounds_ = 0;  ///< of those
  std::optional<StreamInfo> stream_;
  std::optional<rtsp::SoundClock> sound_clock_;
  std::optional<AudioInfo> audio_;
  std::optional<Error> error_;
  bool interrupted_ = false;
  std::uint64_t dropped_ = 0;     ///< since the packet that waits last
  bool waiting_for_key_ = false;  ///< a packet was dropped: the rest of its GOP goes too
  std::stop_callback<std::function<void()>> on_stop_;
  const bool wants_sound_;
  std::unique_ptr<Receiver> receiver_;  ///< last: its end waits until it calls no more
};

}  // namespace

Result<std::unique_ptr<Source>> open_rtsp_source(const SourceUri& uri, const SourceOptions& options) {
  auto source = std::make_unique<RtspSource>(uri, options);
  LYN_CHECK(source->open());
  return std::unique_ptr<Source>(std::move(source));
}

RtspFacts rtsp_facts(const Source& source) {
  return dynamic_cast<const RtspSource&>(source).facts();
}

}  // namespace lyn
