#pragma once

#include "stages/ingest/rtsp/depacketiser.h"

namespace lyn::rtsp {

/// G.711: the payload is the sound.
class PlainAudioDepacketiser final : public Depacketiser {
 public:
  explicit PlainAudioDepacketiser(Give give) : give_(std::move(give)) {}
  void take(const RtpPacket& packet, bool gap) override;
  void forget() override {}
  [[nodiscard]] std::uint64_t damaged() const override { return 0; }

 private:
  Give give_;
  PacketBuffers::Building bytes_;
};

/// AAC-hbr (RFC 3640): several frames a packet, or a frame over several packets.
class AacDepacketiser final : public Depacketiser {
 public:
  /// `size_bits`, `index_bits`: of an AU header, 1 to 16 and 0 to 16.
  AacDepacketiser(int size_bits, int index_bits, Give give)
      : size_bits_(size_bits), index_bits_(index_bits), give_(std::move(give)) {}
  void take(const RtpPacket& packet, bool gap) override;
  void forget() override { missing_ = 0; }
  [[nodiscard]] std::uint64_t damaged() const override { return damaged_; }

 private:
  static constexpr std::uint32_t kSamplesInFrame = 1024;
  void fail();

  int size_bits_;
  int index_bits_;
  Give give_;
  PacketBuffers::Building bytes_;
  std::size_t missing_ = 0;  ///< bytes of a frame that goes on in the next packet
  std::uint32_t timestamp_ = 0;
  std::uint64_t damaged_ = 0;
};

}  // namespace lyn::rtsp
