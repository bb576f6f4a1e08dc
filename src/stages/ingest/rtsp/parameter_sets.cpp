#include "stages/ingest/rtsp/parameter_sets.h"

#include <algorithm>
#include <array>

#include "stages/ingest/rtsp/bit_reader.h"

namespace lyn::rtsp {

ParameterSets::Kind ParameterSets::kind_of(std::span<const std::uint8_t> nal) const {
  if (nal.size() < 3) return Kind::none;
  const int type = codec_ == CodecId::h264 ? nal[0] & 31 : nal[0] >> 1 & 63;
  const std::array<int, 3> types = codec_ == CodecId::h264 ? std::array{-1, 7, 8} : std::array{32, 33, 34};
  const auto found = std::ranges::find(types, type);
  return static_cast<Kind>(found - types.begin());
}

/// Ids of sequence sets need more than a look; there is one in practice, and the last one counts.
std::optional<std::uint32_t> ParameterSets::id_of(Kind kind, std::span<const std::uint8_t> nal) const {
  constexpr std::size_t kEnough = 16;
  const bool h264 = codec_ == CodecId::h264;
  const auto bytes = unescaped(nal, kEnough);
  if (kind == Kind::video) return bytes[2] >> 4;
  if (kind == Kind::sequence && !h264) return 0;
  const std::size_t head = kind == Kind::picture ? (h264 ? 1 : 2) : 4;
  if (bytes.size() <= head) return std::nullopt;
  BitReader in(std::span<const std::uint8_t>(bytes).subspan(head));
  const std::uint32_t id = in.ue();
  return id > 255 ? std::nullopt : std::optional(id);
}

std::size_t ParameterSets::count(Kind kind) const {
  return static_cast<std::size_t>(std::ranges::count(sets_, kind, &Set::kind));
}

bool ParameterSets::add(std::span<const std::uint8_t> nal) {
  const Kind kind = kind_of(nal);
  if (kind == Kind::none) return true;
  if (nal.size() > kLongest) return false;
  const auto id = id_of(kind, nal);
  return id && keep(kind, *id, nal);
}

bool ParameterSets::keep(Kind kind, std::uint32_t id, std::span<const std::uint8_t> nal) {
  const auto found = std::ranges::find_if(sets_, [&](const Set& set) { return set.kind == kind && set.id == id; });
  if (found != sets_.end() && std::ranges::equal(found->nal, nal)) return true;
  if (kind == Kind::sequence) {
    const auto facts = codec_ == CodecId::h264 ? read_h264_sps(nal) : read_hevc_sps(nal);
    if (!facts) return false;
    facts_ = facts;
  }
  if (found != sets_.end()) {
    found->nal.assign(nal.begin(), nal.end());
    return true;
  }
  if (count(kind) >= kMostOfAKind) return false;
  sets_.push_back({kind, id, {nal.begin(), nal.end()}});
  return true;
}

bool ParameterSets::complete() const {
  const bool video = codec_ == CodecId::h264 || count(Kind::video) > 0;
  return video && count(Kind::sequence) > 0 && count(Kind::picture) > 0;
}

std::vector<std::uint8_t> ParameterSets::annex_b() const {
  std::vector<std::uint8_t> out;
  for (const Kind kind : {Kind::video, Kind::sequence, Kind::picture}) {
    for (const Set& set : sets_) {
      if (set.kind != kind) continue;
      out.insert(out.end(), {0, 0, 0, 1});
      out.insert(out.end(), set.nal.begin(), set.nal.end());
    }
  }
  return out;
}

}  // namespace lyn::rtsp
