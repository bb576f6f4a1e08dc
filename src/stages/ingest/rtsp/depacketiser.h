#pragma once

#include <cstdint>
#include <functional>

#include "stages/ingest/rtsp/packet_buffers.h"
#include "stages/ingest/rtsp/rtp_packet.h"

namespace lyn::rtsp {

/// A larger picture is given up before memory is taken for it.
constexpr std::size_t kMostUnitBytes = 16 * 1024 * 1024;

/// One picture (or audio frame) that RTP packets made up. The bytes are the callee's to give out.
struct Unit {
  std::uint32_t timestamp = 0;  ///< as in RTP
  bool key = false;
  bool damaged = false;  ///< parts are missing, or a picture before it that it may refer to
  PacketBuffers::Building* bytes = nullptr;
};

/// Puts together what one kind of payload takes apart. Packets come in the order of their numbers.
class Depacketiser {
 public:
  using Give = std::function<void(const Unit&)>;
  virtual ~Depacketiser() = default;
  /// `gap`: packets before this one are missing.
  virtual void take(const RtpPacket& packet, bool gap) = 0;
  /// What is half done is of no use: another source follows.
  virtual void forget() = 0;
  /// Units with parts missing, and payloads that made no sense.
  [[nodiscard]] virtual std::uint64_t damaged() const = 0;
};

}  // namespace lyn::rtsp
