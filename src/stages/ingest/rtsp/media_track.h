#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/clock.h"
#include "stages/ingest/rtsp/depacketiser.h"
#include "stages/ingest/rtsp/media_plan.h"
#include "stages/ingest/rtsp/parameter_sets.h"
#include "stages/ingest/rtsp/receiver.h"
#include "stages/ingest/rtsp/reception.h"
#include "stages/ingest/rtsp/reorder_buffer.h"
#include "stages/ingest/rtsp/timeline.h"

namespace lyn::rtsp {

/// One RTP stream from its packets to pictures (or sound) with times, without any I/O.
///
/// Video begins at the first undamaged keyframe for which the parameter sets are known.
class MediaTrack {
 public:
  struct Events {
    std::function<void(const StreamInfo&)> opened;  ///< before the first packet
    std::function<void(Packet)> packet;
    std::function<void(const Error&)> refused;  ///< its pictures are larger than is read
  };

  /// `in_order`: the transport keeps the order (TCP). `own_ssrc`: of our receiver reports.
  MediaTrack(MediaPlan plan, bool in_order, std::string shown, std::uint32_t own_ssrc, Events events);

  void on_rtp(std::span<const std::uint8_t> bytes, Clock::Monotonic now);
  void on_rtcp(std::span<const std::uint8_t> bytes, Clock::Monotonic now);
  /// A receiver report, when one is due (each 5 s while packets come, RFC 3550 6.2).
  std::optional<std::array<std::uint8_t, kReceiverReportBytes>> report_if_due(Clock::Monotonic now);

  [[nodiscard]] const MediaPlan& plan() const { return plan_; }
  [[nodiscard]] bool opened() const { return opened_; }
  [[nodiscard]] bool left() const { return left_; }  ///< the source said BYE, and nothing came since
  /// Adds this track's counts.
  void add_to(NetworkCounters& counters) const;
  /// Of the newest sequence, as FFmpeg numbers profiles; 0 when not known.
  [[nodiscard]] int profile() const;

 private:
  void take_in_order(std::span<const std::uint8_t> bytes, Clock::Monotonic now);
  void accept_source(std::uint32_t ssrc);
  std::unique_ptr<Depacketiser> make_depacketiser();
  void on_unit(const Unit& unit);
  bool open(const Unit& unit);
  bool check_size();
  [[nodiscard]] StreamInfo describe() const;

  MediaPlan plan_;
  std::string shown_;
  std::uint32_t own_ssrc_;
  Events events_;
  ParameterSets sets_;
  std::optional<SequenceFacts> checked_;  ///< the sequence whose size was found right
  PacketBuffers buffers_;
  std::unique_ptr<Depacketiser> depacketiser_;
  std::optional<ReorderBuffer> reorder_;
  Reception reception_;
  Timeline timeline_;
  WallClock wall_;
  NetworkCounters counts_;
  Clock::Monotonic now_{};  ///< arrival of the packet being handled
  Clock::Monotonic next_report_{};
  std::optional<std::uint32_t> ssrc_;
  bool opened_ = false;
  bool refused_ = false;
  bool left_ = false;
  bool missed_ = false;  ///< a picture was left out since the last one given
};

}  // namespace lyn::rtsp
