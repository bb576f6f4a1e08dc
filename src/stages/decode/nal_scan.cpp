#include "stages/decode/nal_scan.h"

namespace lyn {
namespace {

/// Where lengthSizeMinusOne lies in the configuration record (ISO/IEC 14496-15: avcC, hvcC).
std::size_t length_size_of(const StreamInfo& stream) {
  const std::size_t at = stream.codec == CodecId::h264 ? 4 : 21;
  const auto& record = stream.extradata;
  return record.size() > at && record[0] == 1 ? (record[at] & 3U) + 1 : 0;
}

}  // namespace

NalScan::NalScan(const StreamInfo& stream) : codec_(stream.codec) {
  if (codec_ == CodecId::h264 || codec_ == CodecId::hevc) length_bytes_ = length_size_of(stream);
}

bool NalScan::may_be_referenced(std::span<const std::uint8_t> picture) const {
  if (codec_ != CodecId::h264 && codec_ != CodecId::hevc) return true;
  const Answer answer = length_bytes_ > 0 ? look_at_lengths(picture) : look_at_start_codes(picture);
  return answer != Answer::disposable;
}

NalScan::Answer NalScan::look_at(std::span<const std::uint8_t> nal) const {
  if (nal.empty()) return Answer::no_slice;
  if (codec_ == CodecId::h264) {
    const int type = nal[0] & 31;
    if (type < 1 || type > 5) return Answer::no_slice;
    return (nal[0] >> 5 & 3) == 0 ? Answer::disposable : Answer::referenced;
  }
  const int type = nal[0] >> 1 & 63;
  if (type > 31) return Answer::no_slice;
  return type < 16 && type % 2 == 0 ? Answer::disposable : Answer::referenced;
}

NalScan::Answer NalScan::look_at_lengths(std::span<const std::uint8_t> bytes) const {
  while (bytes.size() > length_bytes_) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < length_bytes_; ++i) length = length << 8 | bytes[i];
    bytes = bytes.subspan(length_bytes_);
    if (const Answer answer = look_at(bytes); answer != Answer::no_slice) return answer;
    if (length >= bytes.size()) break;
    bytes = bytes.subspan(length);
  }
  return Answer::no_slice;
}

NalScan::Answer NalScan::look_at_start_codes(std::span<const std::uint8_t> bytes) const {
  for (std::size_t i = 0; i + 3 < bytes.size(); ++i) {
    if (bytes[i] != 0 || bytes[i + 1] != 0 || bytes[i + 2] != 1) continue;
    if (const Answer answer = look_at(bytes.subspan(i + 3)); answer != Answer::no_slice) return answer;
    i += 2;
  }
  return Answer::no_slice;
}

}  // namespace lyn
