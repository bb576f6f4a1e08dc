#pragma once

#include <memory>

#include "stages/ingest/rtsp/depacketiser.h"
#include "stages/ingest/rtsp/nal_assembler.h"

namespace lyn::rtsp {

/// RFC 6184, single NAL unit and non-interleaved mode: NAL units whole, STAP-A, FU-A. STAP-B, MTAP and FU-B
/// belong to the interleaved mode, which is not read: they count as damage.
class H264Depacketiser final : public Depacketiser {
 public:
  H264Depacketiser(ParameterSets& sets, Give give) : assembler_(CodecId::h264, sets, std::move(give)) {}
  void take(const RtpPacket& packet, bool gap) override;
  void forget() override { assembler_.forget(); }
  [[nodiscard]] std::uint64_t damaged() const override { return assembler_.damaged(); }

 private:
  void take_aggregate(std::span<const std::uint8_t> payload);
  void take_fragment(std::span<const std::uint8_t> payload);
  NalAssembler assembler_;
};

/// RFC 7798 without decoding order numbers: NAL units whole, AP, FU. PACI counts as damage.
class HevcDepacketiser final : public Depacketiser {
 public:
  HevcDepacketiser(ParameterSets& sets, Give give) : assembler_(CodecId::hevc, sets, std::move(give)) {}
  void take(const RtpPacket& packet, bool gap) override;
  void forget() override { assembler_.forget(); }
  [[nodiscard]] std::uint64_t damaged() const override { return assembler_.damaged(); }

 private:
  void take_fragment(std::span<const std::uint8_t> payload);
  NalAssembler assembler_;
};

}  // namespace lyn::rtsp
