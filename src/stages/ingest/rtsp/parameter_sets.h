#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/media.h"
#include "stages/ingest/rtsp/sequence_facts.h"

namespace lyn::rtsp {

/// The parameter sets of an H.264 or HEVC stream, newest of each kind and id, from SDP and from the stream.
class ParameterSets {
 public:
  /// Longer ones are no parameter sets; more of one kind than these are not kept.
  static constexpr std::size_t kLongest = 8 * 1024;
  static constexpr std::size_t kMostOfAKind = 16;

  explicit ParameterSets(CodecId codec) : codec_(codec) {}

  /// Takes a NAL unit that is a parameter set; others change nothing. False for one that is damaged or
  /// beyond the limits: it is not kept.
  bool add(std::span<const std::uint8_t> nal);
  /// Whether a decoder could begin: each kind is there.
  [[nodiscard]] bool complete() const;
  /// All of them with start codes, in the order VPS, SPS, PPS.
  [[nodiscard]] std::vector<std::uint8_t> annex_b() const;
  /// What the newest SPS says.
  [[nodiscard]] const std::optional<SequenceFacts>& facts() const { return facts_; }

 private:
  enum class Kind { video, sequence, picture, none };
  struct Set {
    Kind kind = Kind::none;
    std::uint32_t id = 0;
    std::vector<std::uint8_t> nal;
  };
  [[nodiscard]] Kind kind_of(std::span<const std::uint8_t> nal) const;
  [[nodiscard]] std::optional<std::uint32_t> id_of(Kind kind, std::span<const std::uint8_t> nal) const;
  [[nodiscard]] std::size_t count(Kind kind) const;
  bool keep(Kind kind, std::uint32_t id, std::span<const std::uint8_t> nal);

  CodecId codec_;
  std::vector<Set> sets_;
  std::optional<SequenceFacts> facts_;
};

}  // namespace lyn::rtsp
