#include "stages/decode/annexb_cuda.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>

extern "C" {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <libavutil/error.h>
#include <libavutil/mem.h>
#pragma GCC diagnostic pop
}

namespace lyn {
namespace {

constexpr std::array<std::uint8_t, 4> kStartCode = {0, 0, 0, 1};

struct FreeFilter {
  void operator()(AVBSFContext* filter) const { av_bsf_free(&filter); }
};

bool has_start_code(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0) return false;
  return bytes[2] == 1 || (bytes[2] == 0 && bytes[3] == 1);
}

/// lengthSizeMinusOne of the configuration record; 0 when the record is too short to have one.
std::size_t length_bytes(const StreamInfo& stream) {
  const std::size_t at = stream.codec == CodecId::hevc ? 21 : 4;
  return stream.extradata.size() > at ? (stream.extradata[at] & 3U) + 1 : 0;
}

/// Whether all that an HEVC configuration record announces (ISO/IEC 14496-15, 8.3.3.1) lies within it. libavcodec 5.1's
/// filter goes by what is announced, up to gigabytes.
bool is_whole_hevc_record(std::span<const std::uint8_t> record) {
  constexpr std::size_t kFixed = 22;
  if (record.size() <= kFixed) return false;
  std::span<const std::uint8_t> rest = record.subspan(kFixed + 1);
  const auto take_two = [&rest](std::size_t skipped) {
    const std::size_t value = static_cast<std::size_t>(rest[skipped]) << 8U | rest[skipped + 1];
    rest = rest.subspan(skipped + 2);
    return value;
  };
  for (int arrays = record[kFixed]; arrays > 0; --arrays) {
    if (rest.size() < 3) return false;
    for (std::size_t units = take_two(1); units > 0; --units) {
      if (rest.size() < 2) return false;
      const std::size_t length = take_two(0);
      if (length > rest.size()) return false;
      rest = rest.subspan(length);
    }
  }
  return true;
}

Error header_error(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return {ErrorKind::device, std::string("the stream's parameter sets cannot be read (") + text.data() + ")",
          "check the source with `lynceus probe`"};
}

}  // namespace

Result<AnnexB> AnnexB::create(const StreamInfo& stream) {
  AnnexB converter;
  converter.hevc_ = stream.codec == CodecId::hevc;
  converter.headers_ = stream.extradata;
  const bool units = converter.hevc_ || stream.codec == CodecId::h264;
  if (!units || stream.extradata.empty() || has_start_code(stream.extradata)) return converter;
  converter.length_bytes_ = length_bytes(stream);
  LYN_CHECK(converter.read_headers(stream, converter.hevc_ ? "hevc_mp4toannexb" : "h264_mp4toannexb"));
  return converter;
}

/// libavcodec's filter knows the configuration records; only its headers are used, since it copies and
/// allocates for every packet.
Status AnnexB::read_headers(const StreamInfo& stream, const char* filter_name) {
  if (hevc_ && !is_whole_hevc_record(stream.extradata)) return header_error(AVERROR_INVALIDDATA);
  AVBSFContext* opened = nullptr;
  if (int r = av_bsf_alloc(av_bsf_get_by_name(filter_name), &opened); r < 0) return header_error(r);
  const std::unique_ptr<AVBSFContext, FreeFilter> filter(opened);
  AVCodecParameters& in = *filter->par_in;
  in.codec_type = AVMEDIA_TYPE_VIDEO;
  in.codec_id = hevc_ ? AV_CODEC_ID_HEVC : AV_CODEC_ID_H264;
  in.extradata = static_cast<std::uint8_t*>(av_mallocz(stream.extradata.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  in.extradata_size = static_cast<int>(stream.extradata.size());
  std::ranges::copy(stream.extradata, in.extradata);
  if (int r = av_bsf_init(filter.get()); r < 0) return header_error(r);
  const AVCodecParameters& out = *filter->par_out;
  headers_.assign(out.extradata, out.extradata + out.extradata_size);
  return {};
}

int AnnexB::kind_of(std::uint8_t first_byte) const {
  return hevc_ ? (first_byte >> 1U) & 0x3F : first_byte & 0x1F;
}

bool AnnexB::is_parameter_set(int kind) const {
  return hevc_ ? kind >= 32 && kind <= 34 : kind == 7 || kind == 8;
}

bool AnnexB::is_slice(int kind) const {
  return hevc_ ? kind < 32 : kind >= 1 && kind <= 5;
}

void AnnexB::append(std::span<const std::uint8_t> unit) {
  out_.insert(out_.end(), kStartCode.begin(), kStartCode.end());
  out_.insert(out_.end(), unit.begin(), unit.end());
}

std::span<const std::uint8_t> AnnexB::convert(const Packet& packet) {
  damaged_ = false;
  if (length_bytes_ == 0) return packet.bytes;
  out_.clear();
  bool wants_headers = packet.key;
  std::span<const std::uint8_t> rest = packet.bytes;
  while (rest.size() > length_bytes_) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < length_bytes_; ++i) length = length << 8U | rest[i];
    rest = rest.subspan(length_bytes_);
    damaged_ = length > rest.size();
    if (damaged_) break;
    if (length == 0) continue;
    const int kind = kind_of(rest[0]);
    if (is_parameter_set(kind)) wants_headers = false;
    if (wants_headers && is_slice(kind)) {
      out_.insert(out_.end(), headers_.begin(), headers_.end());
      wants_headers = false;
    }
    append(rest.first(length));
    rest = rest.subspan(length);
  }
  return out_;
}

}  // namespace lyn
