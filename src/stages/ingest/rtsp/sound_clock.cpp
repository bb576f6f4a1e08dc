#include "stages/ingest/rtsp/sound_clock.h"

#include <cmath>

namespace lyn::rtsp {
namespace {

template <class Duration>
double seconds(Duration span) {
  return std::chrono::duration<double>(span).count();
}

}  // namespace

void SoundClock::picture(const Packet& picture, Rational base, Clock::Monotonic arrival) {
  if (picture.discontinuity) offset_.reset();
  picture_ = Picture{MediaTime{picture.pts, base}.seconds(), picture.captured, arrival};
}

std::optional<double> SoundClock::by_reports(const Packet& sound, double by_arrival) const {
  if (!sound.captured || !picture_->captured) return std::nullopt;
  const double at = picture_->seconds + seconds(*sound.captured - *picture_->captured);
  return std::abs(at - by_arrival) <= seconds(kBelieved) ? std::optional(at) : std::nullopt;
}

std::optional<std::int64_t> SoundClock::place(const Packet& sound, Clock::Monotonic arrival) {
  if (!picture_) return std::nullopt;
  const double own = static_cast<double>(sound.pts) / rate_;
  const double by_arrival = picture_->seconds + seconds(arrival - picture_->arrival);
  const auto reported = by_reports(sound, by_arrival);
  const bool apart = reported && offset_ && std::abs(own + *offset_ - *reported) > seconds(kTolerance);
  if (!offset_ || apart || sound.discontinuity) offset_ = reported.value_or(by_arrival) - own;
  return std::llround((own + *offset_) * rate_);
}

}  // namespace lyn::rtsp
