#include "stages/ingest/rtsp/audio_depacketisers.h"

#include "stages/ingest/rtsp/bit_reader.h"
#include "stages/ingest/rtsp/bytes.h"

namespace lyn::rtsp {

void PlainAudioDepacketiser::take(const RtpPacket& packet, bool gap) {
  if (packet.payload.empty()) return;
  bytes_.shrink(0);
  bytes_.append(packet.payload);
  give_({packet.timestamp, true, gap, &bytes_});
}

void AacDepacketiser::fail() {
  ++damaged_;
  missing_ = 0;
  bytes_.shrink(0);
}

void AacDepacketiser::take(const RtpPacket& packet, bool gap) {
  auto rest = packet.payload;
  if (gap && missing_ > 0) fail();
  const std::size_t header_bits = rest.size() < 2 ? 0 : read_u16(rest, 0);
  const std::size_t header_bytes = (header_bits + 7) / 8;
  const auto one = static_cast<std::size_t>(size_bits_ + index_bits_);
  if (header_bits < one || rest.size() < 2 + header_bytes) return fail();
  BitReader headers(rest.subspan(2, header_bytes));
  rest = rest.subspan(2 + header_bytes);
  const std::size_t frames = header_bits / one;
  for (std::size_t i = 0; i < frames; ++i) {
    const std::size_t size = headers.bits(size_bits_);
    headers.skip(static_cast<std::size_t>(index_bits_));
    const bool part = size > rest.size();
    if (size == 0 || (part && frames > 1)) return fail();
    if (missing_ == 0) {
      bytes_.shrink(0);
      missing_ = size;
      timestamp_ = packet.timestamp + static_cast<std::uint32_t>(i) * kSamplesInFrame;
    }
    const std::size_t here = std::min(missing_, rest.size());
    bytes_.append(rest.first(here));
    rest = rest.subspan(here);
    missing_ -= here;
    if (missing_ == 0) give_({timestamp_, true, gap, &bytes_});
  }
}

}  // namespace lyn::rtsp
