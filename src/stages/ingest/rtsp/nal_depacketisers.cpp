#include "stages/ingest/rtsp/nal_depacketisers.h"

#include <algorithm>
#include <array>

#include "stages/ingest/rtsp/bytes.h"

namespace lyn::rtsp {
namespace {

enum H264Type { kH264Last = 23, kStapA = 24, kFuA = 28 };
enum HevcType { kHevcLast = 47, kAp = 48, kFu = 49 };
constexpr std::uint8_t kStart = 0x80;
constexpr std::uint8_t kEnd = 0x40;

/// NAL units behind their 16-bit lengths.
void take_units(std::span<const std::uint8_t> rest, NalAssembler& assembler) {
  while (!rest.empty()) {
    const std::size_t length = rest.size() < 2 ? 0 : read_u16(rest, 0);
    if (length == 0 || length > rest.size() - 2) return assembler.note_damage();
    assembler.whole_nal(rest.subspan(2, length));
    rest = rest.subspan(2 + length);
  }
}

/// The first fragment with the NAL header that was taken off it, which a look at the slice needs too.
template <std::size_t header_bytes>
void begin_fragment(const std::array<std::uint8_t, header_bytes>& header, std::span<const std::uint8_t> body,
                    NalAssembler& assembler) {
  std::array<std::uint8_t, header_bytes + 1> begin{};
  std::ranges::copy(header, begin.begin());
  const std::size_t peeked = std::min<std::size_t>(1, body.size());
  std::ranges::copy(body.first(peeked), begin.begin() + header_bytes);
  assembler.begin_fragment(std::span(begin).first(header_bytes + peeked));
  assembler.continue_fragment(body.subspan(peeked));
}

}  // namespace

void H264Depacketiser::take(const RtpPacket& packet, bool gap) {
  const auto payload = packet.payload;
  if (payload.empty()) return;
  assembler_.begin_packet(packet.timestamp, gap);
  const int type = payload[0] & 31;
  if (type >= 1 && type <= kH264Last) {
    assembler_.whole_nal(payload);
  } else if (type == kStapA) {
    take_units(payload.subspan(1), assembler_);
  } else if (type == kFuA) {
    take_fragment(payload);
  } else {
    assembler_.note_damage();
  }
  assembler_.end_packet(packet.marker);
}

void H264Depacketiser::take_fragment(std::span<const std::uint8_t> payload) {
  if (payload.size() < 3) return assembler_.note_damage();
  const std::uint8_t control = payload[1];
  const auto body = payload.subspan(2);
  if ((control & kStart) != 0) {
    begin_fragment(std::array{static_cast<std::uint8_t>((payload[0] & 0xE0) | (control & 31))}, body, assembler_);
  } else {
    assembler_.continue_fragment(body);
  }
  if ((control & kEnd) != 0) assembler_.end_fragment();
}

void HevcDepacketiser::take(const RtpPacket& packet, bool gap) {
  const auto payload = packet.payload;
  if (payload.size() < 3) return;
  assembler_.begin_packet(packet.timestamp, gap);
  const int type = payload[0] >> 1 & 63;
  if (type <= kHevcLast) {
    assembler_.whole_nal(payload);
  } else if (type == kAp) {
    take_units(payload.subspan(2), assembler_);
  } else if (type == kFu) {
    take_fragment(payload);
  } else {
    assembler_.note_damage();
  }
  assembler_.end_packet(packet.marker);
}

void HevcDepacketiser::take_fragment(std::span<const std::uint8_t> payload) {
  if (payload.size() < 4) return assembler_.note_damage();
  const std::uint8_t control = payload[2];
  const auto body = payload.subspan(3);
  if ((control & kStart) != 0) {
    const auto type = static_cast<std::uint8_t>((control & 63) << 1);
    begin_fragment(std::array{static_cast<std::uint8_t>((payload[0] & 0x81) | type), payload[1]}, body, assembler_);
  } else {
    assembler_.continue_fragment(body);
  }
  if ((control & kEnd) != 0) assembler_.end_fragment();
}

}  // namespace lyn::rtsp
