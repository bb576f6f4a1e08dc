#include "stages/ingest/rtsp/jpeg_depacketiser.h"

#include <algorithm>
#include <optional>

#include "stages/ingest/rtsp/bytes.h"
#include "stages/ingest/rtsp/jpeg_headers.h"

namespace lyn::rtsp {

/// RFC 2435 3.1: the main header, and the restart header where the type has one.
struct JpegDepacketiser::Head {
  std::size_t offset = 0;
  std::uint8_t type = 0;
  std::uint8_t q = 0;
  int width = 0;
  int height = 0;
  std::uint16_t restart_interval = 0;

  static std::optional<Head> take(std::span<const std::uint8_t>& rest) {
    if (rest.size() < 8) return std::nullopt;
    Head head;
    head.offset = read_u32(rest, 0) & 0xFFFFFF;
    head.type = rest[4];
    head.q = rest[5];
    head.width = 8 * rest[6];
    head.height = 8 * rest[7];
    rest = rest.subspan(8);
    if (head.type >= 64 && head.type <= 127) {
      if (rest.size() < 4) return std::nullopt;
      head.restart_interval = read_u16(rest, 0);
      rest = rest.subspan(4);
    }
    head.type &= 0x3F;
    const bool known = head.type <= 1 && head.q != 0;
    return known ? std::optional(head) : std::nullopt;
  }
};

void JpegDepacketiser::drop() {
  open_ = false;
  bytes_.shrink(0);
}

void JpegDepacketiser::take(const RtpPacket& packet, bool gap) {
  auto rest = packet.payload;
  const auto head = Head::take(rest);
  const bool torn = gap || !head || (open_ && packet.timestamp != timestamp_);
  if (open_ && torn) {
    ++damaged_;
    drop();
  }
  if (!head) {
    ++damaged_;
    return;
  }
  timestamp_ = packet.timestamp;
  if (head->offset == 0) {
    if (open_) ++damaged_;
    drop();
    open_ = begin(*head, rest);
    expected_offset_ = 0;
    if (!open_) ++damaged_;
  }
  if (!open_) {
    if (gap) ++damaged_;
    return;
  }
  if (head->offset != expected_offset_ || bytes_.size() + rest.size() > kMostUnitBytes) {
    ++damaged_;
    drop();
    return;
  }
  bytes_.append(rest);
  expected_offset_ += rest.size();
  if (!packet.marker) return;
  const auto bytes = bytes_.bytes();
  if (bytes[bytes.size() - 2] != 0xFF || bytes.back() != 0xD9) {
    bytes_.append(0xFF);
    bytes_.append(0xD9);
  }
  give_({timestamp_, true, false, &bytes_});
  drop();
}

bool JpegDepacketiser::begin(const Head& head, std::span<const std::uint8_t>& rest) {
  if (!choose_tables(head.q, rest)) return false;
  const bool says_size = head.width > 0 && head.height > 0;
  // A size that says 0, or one that wrapped (only 255 * 8 fit), is the SDP's.
  const bool use_sdp = width_ > 0 && height_ > 0 && (!says_size || width_ > 2040 || height_ > 2040);
  if (!says_size && !use_sdp) return false;
  begun_width_ = use_sdp ? width_ : head.width;
  begun_height_ = use_sdp ? height_ : head.height;
  type_ = head.type;
  append_jpeg_headers({type_ == 0, begun_width_, begun_height_, head.restart_interval, tables_}, bytes_);
  return true;
}

/// 3.1.8: in band for Q 128 to 255, where 255 has them in each picture and the others may leave them out.
bool JpegDepacketiser::choose_tables(std::uint8_t q, std::span<const std::uint8_t>& rest) {
  if (q < 128) {
    if (q > 99) return false;
    tables_ = jpeg_tables(q);
    return true;
  }
  if (rest.size() < 4) return false;
  const std::uint8_t precision = rest[1];
  const std::size_t length = read_u16(rest, 2);
  rest = rest.subspan(4);
  if (length == 0) {
    tables_ = remembered_;
    return remembered_q_ == q && q != 255;
  }
  if (precision != 0 || (length != 64 && length != 128) || rest.size() < length) return false;
  std::ranges::copy(rest.first(length), tables_.begin());
  if (length == 64) std::ranges::copy(rest.first(64), tables_.begin() + 64);
  rest = rest.subspan(length);
  remembered_ = tables_;
  remembered_q_ = q;
  return true;
}

}  // namespace lyn::rtsp
