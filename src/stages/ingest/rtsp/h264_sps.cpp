#include <array>

#include "stages/ingest/rtsp/bit_reader.h"
#include "stages/ingest/rtsp/sequence_facts.h"
#include "stages/ingest/rtsp/video_usability.h"

namespace lyn::rtsp {
namespace {

constexpr std::size_t kMostBytes = 4096;
constexpr std::int64_t kMostMacroblocks = 1 << 16;

bool has_chroma_fields(int profile) {
  constexpr std::array<int, 13> kHigh{100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135};
  for (const int high : kHigh) {
    if (profile == high) return true;
  }
  return false;
}

/// 7.3.2.1.1.1: only the length matters.
void skip_scaling_list(BitReader& in, int size) {
  int last = 8;
  int next = 8;
  for (int i = 0; i < size && next != 0; ++i) {
    next = (last + in.se() % 256 + 256) % 256;
    if (next != 0) last = next;
  }
}

struct Crop {
  std::uint32_t left = 0, right = 0, top = 0, bottom = 0;
};

bool read_chroma_fields(BitReader& in, SequenceFacts& facts, std::uint32_t& chroma) {
  chroma = in.ue();
  if (chroma == 3) in.skip(1);
  const auto depth = in.ue();
  const auto known = chroma_of(chroma);
  if (!known || depth > 6 || in.ue() > 6) return false;
  facts.chroma = *known;
  facts.bit_depth = static_cast<int>(depth) + 8;
  in.skip(1);
  if (in.flag()) {
    for (int i = 0; i < (chroma == 3 ? 12 : 8); ++i) {
      if (in.flag()) skip_scaling_list(in, i < 6 ? 16 : 64);
    }
  }
  return true;
}

/// False when the type is none. Type 2: pictures come in the order in which they are shown.
bool read_order_count(BitReader& in, SequenceFacts& facts) {
  const auto type = in.ue();
  if (type == 0) in.ue();
  if (type == 1) {
    in.skip(1);
    in.se();
    in.se();
    const auto cycle = in.ue();
    for (std::uint32_t i = 0; i < cycle && i < 256 && !in.ended(); ++i) in.se();
  }
  if (type == 2) facts.may_reorder = false;
  return type <= 2;
}

void skip_hypothetical_decoder(BitReader& in) {
  const auto count = in.ue();
  in.skip(8);
  for (std::uint32_t i = 0; i <= count && i < 32; ++i) {
    in.ue();
    in.ue();
    in.skip(1);
  }
  in.skip(20);
}

void read_timing_and_order(BitReader& in, SequenceFacts& facts) {
  if (in.flag()) {
    const std::int64_t units = in.bits(32);
    const std::int64_t scale = in.bits(32);
    in.skip(1);
    if (units > 0 && scale > 0) facts.frame_rate = {scale, 2 * units};
  }
  const bool nal = in.flag();
  if (nal) skip_hypothetical_decoder(in);
  const bool vcl = in.flag();
  if (vcl) skip_hypothetical_decoder(in);
  if (nal || vcl) in.skip(1);
  in.skip(1);
  if (!in.flag()) return;  // bitstream_restriction
  in.skip(1);
  for (int i = 0; i < 4; ++i) in.ue();
  if (in.ue() == 0 && !in.overran()) facts.may_reorder = false;
}

}  // namespace

std::optional<SequenceFacts> read_h264_sps(std::span<const std::uint8_t> nal) {
  constexpr int kBaseline = 66;
  const auto bytes = unescaped(nal, kMostBytes);
  if (bytes.size() < 5) return std::nullopt;
  SequenceFacts facts;
  facts.profile = bytes[1];
  facts.may_reorder = facts.profile != kBaseline;
  BitReader in(std::span<const std::uint8_t>(bytes).subspan(4));
  if (in.ue() > 31) return std::nullopt;
  std::uint32_t chroma = 1;
  if (has_chroma_fields(facts.profile) && !read_chroma_fields(in, facts, chroma)) return std::nullopt;
  in.ue();
  if (!read_order_count(in, facts)) return std::nullopt;
  in.ue();
  in.skip(1);
  const std::int64_t across = std::int64_t{in.ue()} + 1;
  const std::int64_t down = std::int64_t{in.ue()} + 1;
  if (across > kMostMacroblocks || down > kMostMacroblocks) return std::nullopt;
  const std::int64_t fields = in.flag() ? 1 : 2;
  if (fields == 2) in.skip(1);
  in.skip(1);
  Crop crop;
  if (in.flag()) crop = {in.ue(), in.ue(), in.ue(), in.ue()};
  const std::int64_t unit_x = chroma == 1 || chroma == 2 ? 2 : 1;
  const std::int64_t unit_y = (chroma == 1 ? 2 : 1) * fields;
  const std::int64_t width = 16 * across - unit_x * (std::int64_t{crop.left} + crop.right);
  const std::int64_t height = 16 * down * fields - unit_y * (std::int64_t{crop.top} + crop.bottom);
  if (in.overran() || width <= 0 || height <= 0) return std::nullopt;
  facts.width = static_cast<int>(width);
  facts.height = static_cast<int>(height);
  if (in.flag()) {
    read_usability(in, facts);
    read_timing_and_order(in, facts);
  }
  return facts;
}

}  // namespace lyn::rtsp
