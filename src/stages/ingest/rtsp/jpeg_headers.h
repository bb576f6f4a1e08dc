#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "stages/ingest/rtsp/packet_buffers.h"

namespace lyn::rtsp {

struct JpegShape {
  bool is_422 = false;  ///< type 0; else 4:2:0, type 1
  int width = 0;
  int height = 0;
  std::uint16_t restart_interval = 0;         ///< 0: none
  std::span<const std::uint8_t, 128> tables;  ///< quantisation: luma, chroma, in zigzag order
};

/// SOI to SOS as RFC 2435's appendix B makes them, with the Huffman tables of ITU-T T.81 annex K.
void append_jpeg_headers(const JpegShape& shape, PacketBuffers::Building& out);
/// Appendix A: the tables of annex K scaled by `q`, 1 to 99.
std::array<std::uint8_t, 128> jpeg_tables(int q);

}  // namespace lyn::rtsp
