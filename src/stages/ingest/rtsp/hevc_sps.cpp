#include <algorithm>
#include <array>

#include "stages/ingest/rtsp/bit_reader.h"
#include "stages/ingest/rtsp/sequence_facts.h"
#include "stages/ingest/rtsp/video_usability.h"

namespace lyn::rtsp {
namespace {

constexpr std::size_t kMostBytes = 4096;
constexpr std::uint32_t kMostAcross = 1 << 16;
constexpr std::uint32_t kMostShortTermSets = 64;
constexpr std::uint32_t kMostPictures = 16;

/// 7.3.3; gives general_profile_idc.
int read_profile_tier_level(BitReader& in, int sub_layers) {
  in.skip(3);
  const int profile = static_cast<int>(in.bits(5));
  in.skip(32 + 48 + 8);
  std::array<bool, 8> has_profile{};
  std::array<bool, 8> has_level{};
  for (int i = 0; i < sub_layers; ++i) {
    has_profile[static_cast<std::size_t>(i)] = in.flag();
    has_level[static_cast<std::size_t>(i)] = in.flag();
  }
  if (sub_layers > 0) in.skip(2 * static_cast<std::size_t>(8 - sub_layers));
  for (int i = 0; i < sub_layers; ++i) {
    if (has_profile[static_cast<std::size_t>(i)]) in.skip(88);
    if (has_level[static_cast<std::size_t>(i)]) in.skip(8);
  }
  return profile;
}

/// 7.3.4
void skip_scaling_lists(BitReader& in) {
  for (int size = 0; size < 4; ++size) {
    for (int matrix = 0; matrix < 6; matrix += size == 3 ? 3 : 1) {
      if (!in.flag()) {
        in.ue();
        continue;
      }
      if (size > 1) in.se();
      for (int i = 0; i < std::min(64, 1 << (4 + 2 * size)); ++i) in.se();
    }
  }
}

/// 7.3.7 for set `index`; gives how many pictures it refers to. `previous`: of the set before.
std::optional<std::uint32_t> skip_short_term_set(BitReader& in, std::uint32_t index, std::uint32_t previous) {
  if (index > 0 && in.flag()) {
    in.skip(1);
    in.ue();
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i <= previous; ++i) {
      const bool used = in.flag();
      if (used || in.flag()) ++count;
    }
    return count;
  }
  const auto negative = in.ue();
  const auto positive = in.ue();
  if (negative > kMostPictures || positive > kMostPictures) return std::nullopt;
  for (std::uint32_t i = 0; i < negative + positive; ++i) {
    in.ue();
    in.skip(1);
  }
  return negative + positive;
}

bool skip_reference_sets(BitReader& in, std::uint32_t order_bits) {
  const auto sets = in.ue();
  if (sets > kMostShortTermSets) return false;
  std::uint32_t previous = 0;
  for (std::uint32_t i = 0; i < sets; ++i) {
    const auto count = skip_short_term_set(in, i, previous);
    if (!count || in.overran()) return false;
    previous = *count;
  }
  if (in.flag()) {
    const auto long_term = in.ue();
    if (long_term > 32) return false;
    in.skip(long_term * (order_bits + 1));
  }
  return true;
}

void read_vui(BitReader& in, SequenceFacts& facts) {
  read_usability(in, facts);
  in.skip(3);
  if (in.flag()) {  // default display window
    for (int i = 0; i < 4; ++i) in.ue();
  }
  if (!in.flag()) return;
  const std::int64_t units = in.bits(32);
  const std::int64_t scale = in.bits(32);
  if (units > 0 && scale > 0 && !in.overran()) facts.frame_rate = {scale, units};
}

/// From log2_max_pic_order_cnt on: nothing here matters but the VUI behind it.
void read_tools(BitReader& in, int sub_layers, SequenceFacts& facts) {
  const auto order_bits = in.ue() + 4;
  if (order_bits > 16) return;
  const bool each_layer = in.flag();
  for (int i = each_layer ? 0 : sub_layers; i <= sub_layers; ++i) {
    in.ue();
    const auto reordered = in.ue();
    in.ue();
    facts.may_reorder = reordered > 0;
  }
  for (int i = 0; i < 6; ++i) in.ue();
  if (in.flag() && in.flag()) skip_scaling_lists(in);
  in.skip(2);
  if (in.flag()) {  // PCM
    in.skip(8);
    in.ue();
    in.ue();
    in.skip(1);
  }
  if (!skip_reference_sets(in, order_bits)) return;
  in.skip(2);
  if (in.flag()) read_vui(in, facts);
}

}  // namespace

std::optional<SequenceFacts> read_hevc_sps(std::span<const std::uint8_t> nal) {
  const auto bytes = unescaped(nal, kMostBytes);
  if (bytes.size() < 16) return std::nullopt;
  BitReader in(std::span<const std::uint8_t>(bytes).subspan(2));
  SequenceFacts facts;
  in.skip(4);
  const int sub_layers = static_cast<int>(in.bits(3));
  in.skip(1);
  if (sub_layers > 6) return std::nullopt;
  facts.profile = read_profile_tier_level(in, sub_layers);
  if (in.ue() > 15) return std::nullopt;
  const auto chroma = in.ue();
  const auto known = chroma_of(chroma);
  if (!known) return std::nullopt;
  facts.chroma = *known;
  if (chroma == 3) in.skip(1);
  const auto across = in.ue();
  const auto down = in.ue();
  if (across > kMostAcross || down > kMostAcross) return std::nullopt;
  std::array<std::int64_t, 4> crop{};
  if (in.flag()) {
    for (auto& side : crop) side = in.ue();
  }
  const std::int64_t width = across - (chroma == 1 || chroma == 2 ? 2 : 1) * (crop[0] + crop[1]);
  const std::int64_t height = down - (chroma == 1 ? 2 : 1) * (crop[2] + crop[3]);
  const auto depth = in.ue();
  in.ue();
  if (in.overran() || width <= 0 || height <= 0 || depth > 8) return std::nullopt;
  facts.width = static_cast<int>(width);
  facts.height = static_cast<int>(height);
  facts.bit_depth = static_cast<int>(depth) + 8;
  read_tools(in, sub_layers, facts);
  return facts;
}

}  // namespace lyn::rtsp
