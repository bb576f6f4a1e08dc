#include "stages/ingest/rtsp/nal_assembler.h"

#include <array>

namespace lyn::rtsp {
namespace {

constexpr std::array<std::uint8_t, 4> kStartCode{0, 0, 0, 1};

/// Whether an H.264 SEI holds a recovery point (D.1.7): decoding may begin there.
bool has_recovery_point(std::span<const std::uint8_t> sei) {
  constexpr unsigned kRecoveryPoint = 6;
  std::size_t at = 1;
  const auto number = [&] {
    unsigned value = 0;
    while (at < sei.size() && sei[at] == 0xFF) value += sei[at++];
    return at < sei.size() ? value + sei[at++] : value;
  };
  while (at + 2 < sei.size()) {
    const unsigned type = number();
    if (type == kRecoveryPoint) return true;
    at += number();
  }
  return false;
}

}  // namespace

NalAssembler::Look NalAssembler::look_at(std::span<const std::uint8_t> nal) const {
  Look look;
  if (codec_ == CodecId::h264) {
    const int type = nal[0] & 31;
    look.picture = type >= 1 && type <= 5;
    look.key = type == 5 || (type == 6 && has_recovery_point(nal));
    look.first_slice = look.picture && nal.size() > 1 && (nal[1] & 0x80) != 0;
    look.delimiter = type == 9;
    look.parameter_set = type == 7 || type == 8;
  } else {
    const int type = nal[0] >> 1 & 63;
    look.picture = type < 32;
    look.key = type >= 16 && type <= 21;
    look.first_slice = look.picture && nal.size() > 2 && (nal[2] & 0x80) != 0;
    look.delimiter = type == 35;
    look.parameter_set = type >= 32 && type <= 34;
  }
  return look;
}

void NalAssembler::begin_packet(std::uint32_t timestamp, bool gap) {
  const bool other_time = timestamp != timestamp_;
  if (gap) {
    if (in_fragment_) drop_nal();
    // Of a unit that no marker ended, the end may be what is missing.
    if (bytes_.size() > 0) damaged_ = true;
  }
  if (other_time && bytes_.size() > 0) finish_unit();
  if (gap) gap_before_ = true;
  timestamp_ = timestamp;
}

void NalAssembler::end_packet(bool marker) {
  if (!marker) return;
  if (in_fragment_) end_fragment();
  if (!has_picture_ || marker_lies_) return;
  finish_unit();
  ended_by_marker_ = true;
  ended_timestamp_ = timestamp_;
}

void NalAssembler::start_nal(const Look& look) {
  if (in_fragment_) drop_nal();
  if (look.delimiter && has_picture_) finish_unit();
  if (bytes_.size() == 0) {
    const bool continues = look.picture && !look.first_slice;
    if (continues && !gap_before_ && ended_by_marker_ && timestamp_ == ended_timestamp_) marker_lies_ = true;
    began_whole_ = !continues;
  }
  ended_by_marker_ = false;
  bytes_.append(kStartCode);
  nal_start_ = bytes_.size();
}

void NalAssembler::whole_nal(std::span<const std::uint8_t> nal) {
  if (nal.empty()) return;
  begin_fragment(nal);
  end_fragment();
}

/// `header` is the NAL unit's header and as much behind it as is there: a look must tell slices apart.
void NalAssembler::begin_fragment(std::span<const std::uint8_t> header) {
  start_nal(look_at(header));
  in_fragment_ = true;
  continue_fragment(header);
}

void NalAssembler::continue_fragment(std::span<const std::uint8_t> bytes) {
  if (!in_fragment_) return note_damage();
  if (bytes_.size() + bytes.size() > kMostUnitBytes) {
    too_long_ = true;
    drop_nal();
    return;
  }
  bytes_.append(bytes);
}

void NalAssembler::end_fragment() {
  if (!in_fragment_) return;
  in_fragment_ = false;
  finish_nal();
}

void NalAssembler::finish_nal() {
  const auto nal = bytes_.bytes().subspan(nal_start_);
  const bool forbidden = (nal[0] & 0x80) != 0;
  const Look look = look_at(nal);
  if (forbidden || (look.parameter_set && !sets_.add(nal))) {
    drop_nal();
    return;
  }
  has_picture_ = has_picture_ || look.picture;
  key_ = key_ || look.key;
}

void NalAssembler::drop_nal() {
  in_fragment_ = false;
  bytes_.shrink(nal_start_ - kStartCode.size());
  damaged_ = true;
  // The unit goes on to exist, so that what follows it is known to miss something.
  if (bytes_.size() == 0) gap_before_ = true;
}

void NalAssembler::note_damage() {
  damaged_ = true;
}

void NalAssembler::finish_unit() {
  if (in_fragment_) drop_nal();
  const bool lost_before = gap_before_ && !(key_ && began_whole_);
  Unit unit{timestamp_, key_, damaged_ || lost_before || too_long_, &bytes_};
  if (unit.damaged) ++damaged_units_;
  if (has_picture_ && bytes_.size() > 0) {
    give_(unit);
    gap_before_ = false;
  } else if (unit.damaged) {
    gap_before_ = true;
  }
  bytes_.shrink(0);
  has_picture_ = key_ = damaged_ = too_long_ = false;
  ended_by_marker_ = false;
}

void NalAssembler::forget() {
  in_fragment_ = has_picture_ = key_ = damaged_ = too_long_ = gap_before_ = ended_by_marker_ = false;
  bytes_.shrink(0);
}

}  // namespace lyn::rtsp
