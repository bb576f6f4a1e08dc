#pragma once

#include <cstdint>
#include <span>
#include <utility>

#include "core/media.h"
#include "stages/ingest/rtsp/depacketiser.h"
#include "stages/ingest/rtsp/parameter_sets.h"

namespace lyn::rtsp {

/// Builds access units in Annex B form out of NAL units, for H.264 and HEVC.
///
/// A unit ends with the marker or when the timestamp changes. Cameras that set the marker on every
/// slice are found out by their next slice, and their markers not believed any more. A NAL unit of which
/// parts are missing is left out and its access unit marked.
class NalAssembler {
 public:
  NalAssembler(CodecId codec, ParameterSets& sets, Depacketiser::Give give)
      : codec_(codec), sets_(sets), give_(std::move(give)) {}

  void begin_packet(std::uint32_t timestamp, bool gap);
  void end_packet(bool marker);

  void whole_nal(std::span<const std::uint8_t> nal);
  void begin_fragment(std::span<const std::uint8_t> header);
  void continue_fragment(std::span<const std::uint8_t> bytes);
  void end_fragment();
  /// A payload that makes no sense.
  void note_damage();
  void forget();
  [[nodiscard]] std::uint64_t damaged() const { return damaged_units_; }

 private:
  struct Look {
    bool picture = false;  ///< VCL
    bool key = false;
    bool first_slice = false;
    bool delimiter = false;
    bool parameter_set = false;
  };
  [[nodiscard]] Look look_at(std::span<const std::uint8_t> nal) const;
  void start_nal(const Look& look);
  void finish_nal();
  void drop_nal();
  void finish_unit();

  CodecId codec_;
  ParameterSets& sets_;
  Depacketiser::Give give_;
  PacketBuffers::Building bytes_;
  std::uint32_t timestamp_ = 0;
  std::size_t nal_start_ = 0;  ///< of the one being built, behind its start code
  bool in_fragment_ = false;
  bool has_picture_ = false;
  bool key_ = false;
  bool began_whole_ = false;  ///< its first NAL unit can only be the first of a picture
  bool damaged_ = false;
  bool too_long_ = false;
  bool gap_before_ = false;  ///< packets were lost since the last unit ended
  bool marker_lies_ = false;
  bool ended_by_marker_ = false;
  std::uint32_t ended_timestamp_ = 0;
  std::uint64_t damaged_units_ = 0;
};

}  // namespace lyn::rtsp
