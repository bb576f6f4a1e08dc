#include "stages/ingest/rtsp/media_track.h"

#include <utility>

#include "stages/ingest/picture_limits.h"
#include "stages/ingest/rtsp/audio_depacketisers.h"
#include "stages/ingest/rtsp/jpeg_depacketiser.h"
#include "stages/ingest/rtsp/nal_depacketisers.h"

namespace lyn::rtsp {
namespace {

constexpr std::chrono::seconds kReportPeriod{5};

}  // namespace

MediaTrack::MediaTrack(MediaPlan plan, bool in_order, std::string shown, std::uint32_t own_ssrc, Events events)
    : plan_(std::move(plan)),
      shown_(std::move(shown)),
      own_ssrc_(own_ssrc),
      events_(std::move(events)),
      sets_(plan_.codec),
      depacketiser_(make_depacketiser()),
      reception_(plan_.clock_rate),
      timeline_(plan_.clock_rate),
      wall_(plan_.clock_rate) {
  for (const auto& nal : plan_.parameter_sets) sets_.add(nal);
  if (!in_order) reorder_.emplace([this](std::span<const std::uint8_t> bytes) { take_in_order(bytes, now_); });
}

std::unique_ptr<Depacketiser> MediaTrack::make_depacketiser() {
  auto give = [this](const Unit& unit) { on_unit(unit); };
  if (!plan_.video && plan_.audio_codec == AudioCodec::aac) {
    return std::make_unique<AacDepacketiser>(plan_.au_size_bits, plan_.au_index_bits, give);
  }
  if (!plan_.video) return std::make_unique<PlainAudioDepacketiser>(give);
  if (plan_.codec == CodecId::mjpeg) return std::make_unique<JpegDepacketiser>(plan_.width, plan_.height, give);
  if (plan_.codec == CodecId::hevc) return std::make_unique<HevcDepacketiser>(sets_, give);
  return std::make_unique<H264Depacketiser>(sets_, give);
}

void MediaTrack::on_rtp(std::span<const std::uint8_t> bytes, Clock::Monotonic now) {
  now_ = now;
  const auto packet = parse_rtp(bytes);
  if (!packet || packet->payload_type != plan_.payload_type) {
    ++counts_.foreign;
    return;
  }
  if (reorder_ && packet->ssrc == ssrc_.value_or(packet->ssrc)) {
    reorder_->push(bytes, now);
  } else {
    take_in_order(bytes, now);
  }
}

void MediaTrack::take_in_order(std::span<const std::uint8_t> bytes, Clock::Monotonic now) {
  const auto packet = parse_rtp(bytes);
  if (!packet) return;
  accept_source(packet->ssrc);
  left_ = false;
  ++counts_.packets;
  counts_.bytes += bytes.size();
  switch (reception_.note(packet->sequence, packet->timestamp, now)) {
    case Reception::Verdict::duplicate:
      ++counts_.duplicates;
      return;
    case Reception::Verdict::late:
      ++counts_.late;
      return;
    case Reception::Verdict::after_gap:
      depacketiser_->take(*packet, true);
      return;
    case Reception::Verdict::in_order:
      depacketiser_->take(*packet, false);
  }
}

/// A camera that starts its encoder anew comes back under another number, with other times.
void MediaTrack::accept_source(std::uint32_t ssrc) {
  if (ssrc_ == ssrc) return;
  if (ssrc_) {
    depacketiser_->forget();
    counts_.lost += reception_.lost();
    reception_ = Reception(plan_.clock_rate);
    timeline_.expect_other_source();
    wall_.forget();
    missed_ = true;
  }
  ssrc_ = ssrc;
}

void MediaTrack::on_rtcp(std::span<const std::uint8_t> bytes, Clock::Monotonic now) {
  const auto news = parse_rtcp(bytes);
  if (!news) {
    ++counts_.foreign;
    return;
  }
  if (news->report && news->report->ssrc == ssrc_.value_or(news->report->ssrc)) {
    wall_.note_sender_report(news->report->ntp, news->report->rtp);
    reception_.note_sender_report(news->report->ntp, now);
  }
  if (news->bye && news->bye == ssrc_) left_ = true;
}

std::optional<std::array<std::uint8_t, kReceiverReportBytes>> MediaTrack::report_if_due(Clock::Monotonic now) {
  if (!ssrc_ || now < next_report_) return std::nullopt;
  next_report_ = now + kReportPeriod;
  return write_receiver_report(own_ssrc_, reception_.report(*ssrc_, now));
}

void MediaTrack::on_unit(const Unit& unit) {
  if (refused_) return;
  if (plan_.video && !check_size()) return;
  if (!opened_ && !open(unit)) {
    ++counts_.before_key;
    return;
  }
  const auto place = timeline_.place(unit.timestamp, now_);
  if (place.discontinuity) ++counts_.discontinuities;
  Packet packet = buffers_.give_out(*unit.bytes);
  packet.pts = place.ticks;
  packet.key = unit.key;
  packet.corrupt = unit.damaged || (std::exchange(missed_, false) && !unit.key);
  packet.discontinuity = place.discontinuity;
  packet.captured = wall_.at(unit.timestamp);
  events_.packet(std::move(packet));
}

bool MediaTrack::open(const Unit& unit) {
  const bool sets = plan_.codec == CodecId::mjpeg || !plan_.video || sets_.complete();
  if (!unit.key || unit.damaged || !sets) return false;
  opened_ = true;
  events_.opened(describe());
  return true;
}

/// Each new sequence's size, before a decoder sees it.
bool MediaTrack::check_size() {
  if (plan_.codec == CodecId::mjpeg || !sets_.facts() || checked_ == sets_.facts()) return true;
  checked_ = sets_.facts();
  timeline_.may_reorder(checked_->may_reorder);
  if (is_sane_size(checked_->width, checked_->height)) return true;
  refused_ = true;
  events_.refused(refuse_size(shown_, checked_->width, checked_->height));
  return false;
}

StreamInfo MediaTrack::describe() const {
  StreamInfo info;
  info.codec = plan_.codec;
  info.codec_name = name_of(plan_.codec);
  info.time_base = {1, plan_.clock_rate};
  if (plan_.frame_rate > 0) info.frame_rate = {static_cast<std::int64_t>(plan_.frame_rate * 1000 + 0.5), 1000};
  if (plan_.codec == CodecId::mjpeg) {
    const auto& jpeg = static_cast<const JpegDepacketiser&>(*depacketiser_);
    info.width = jpeg.width();
    info.height = jpeg.height();
    info.chroma = jpeg.is_422() ? Chroma::yuv422 : Chroma::yuv420;
    info.colour.range = Range::full;
  } else if (const auto& facts = sets_.facts()) {
    info.extradata = sets_.annex_b();
    info.width = facts->width;
    info.height = facts->height;
    info.bit_depth = facts->bit_depth;
    info.chroma = facts->chroma;
    info.colour = facts->colour;
    if (facts->frame_rate.num > 0) info.frame_rate = facts->frame_rate;
  }
  return info;
}

int MediaTrack::profile() const {
  return sets_.facts() ? sets_.facts()->profile : 0;
}

void MediaTrack::add_to(NetworkCounters& counters) const {
  if (!plan_.video) {
    counters.audio += counts_.packets;
    return;
  }
  counters.packets += counts_.packets;
  counters.bytes += counts_.bytes;
  counters.lost += counts_.lost + reception_.lost();
  counters.late += counts_.late;
  counters.duplicates += counts_.duplicates;
  counters.reordered += reorder_ ? reorder_->reordered() : 0;
  counters.foreign += counts_.foreign;
  counters.damaged += depacketiser_->damaged();
  counters.before_key += counts_.before_key;
  counters.discontinuities += counts_.discontinuities;
  counters.jitter_ms = reception_.jitter_ms();
}

}  // namespace lyn::rtsp
