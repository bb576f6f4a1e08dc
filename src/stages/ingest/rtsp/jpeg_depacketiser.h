#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "stages/ingest/rtsp/depacketiser.h"

namespace lyn::rtsp {

/// Motion JPEG (RFC 2435): puts the headers back that the payload leaves out, quantisation tables and restart
/// markers included. Types 0 and 1, with or without restart markers. A picture of which a part is missing is
/// left out and counted: half a JPEG shows grey.
class JpegDepacketiser final : public Depacketiser {
 public:
  /// `width`, `height`: of the SDP, for pictures that are too large to say it themselves; 0 where not said.
  JpegDepacketiser(int width, int height, Give give) : width_(width), height_(height), give_(std::move(give)) {}
  void take(const RtpPacket& packet, bool gap) override;
  void forget() override { drop(); }
  [[nodiscard]] std::uint64_t damaged() const override { return damaged_; }

  /// Sizes of the last picture begun.
  [[nodiscard]] int width() const { return begun_width_; }
  [[nodiscard]] int height() const { return begun_height_; }
  [[nodiscard]] bool is_422() const { return type_ == 0; }

 private:
  using Tables = std::array<std::uint8_t, 128>;
  struct Head;
  bool begin(const Head& head, std::span<const std::uint8_t>& rest);
  bool choose_tables(std::uint8_t q, std::span<const std::uint8_t>& rest);
  void drop();

  int width_;
  int height_;
  Give give_;
  PacketBuffers::Building bytes_;
  Tables tables_{};      ///< luma, chroma, in zigzag order
  Tables remembered_{};  ///< of the last in-band ones: Q 128 to 254 may send them once only
  int remembered_q_ = -1;
  std::uint32_t timestamp_ = 0;
  std::size_t expected_offset_ = 0;
  bool open_ = false;
  std::uint8_t type_ = 1;
  int begun_width_ = 0;
  int begun_height_ = 0;
  std::uint64_t damaged_ = 0;
};

}  // namespace lyn::rtsp
