#include "stages/ingest/rtsp/video_usability.h"

#include "core/colour.h"

namespace lyn::rtsp {
namespace {

/// chroma_sample_loc_type (figure E-1)
Siting siting_of(std::uint32_t code) {
  constexpr Siting kSitings[] = {Siting::left, Siting::center, Siting::topleft};
  return code < 3 ? kSitings[code] : Siting::unspecified;
}

}  // namespace

std::vector<std::uint8_t> unescaped(std::span<const std::uint8_t> nal, std::size_t most) {
  std::vector<std::uint8_t> out;
  int zeros = 0;
  for (const std::uint8_t byte : nal) {
    if (out.size() >= most) break;
    if (zeros >= 2 && byte == 3) {
      zeros = 0;
      continue;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    out.push_back(byte);
  }
  return out;
}

std::optional<Chroma> chroma_of(std::uint32_t chroma_format_idc) {
  constexpr Chroma kChromas[] = {Chroma::grey, Chroma::yuv420, Chroma::yuv422, Chroma::yuv444};
  if (chroma_format_idc > 3) return std::nullopt;
  return kChromas[chroma_format_idc];
}

void read_usability(BitReader& in, SequenceFacts& facts) {
  constexpr std::uint32_t kExtendedAspect = 255;
  if (in.flag() && in.bits(8) == kExtendedAspect) in.skip(32);
  if (in.flag()) in.skip(1);  // overscan
  if (in.flag()) {            // video_signal_type
    in.skip(3);
    facts.colour.range = in.flag() ? Range::full : Range::limited;
    if (in.flag()) {
      in.skip(16);
      facts.colour.matrix = matrix_of_code(in.bits(8));
    }
  }
  if (in.flag()) {  // chroma_loc_info
    facts.colour.siting = siting_of(in.ue());
    in.ue();
  }
}

}  // namespace lyn::rtsp
