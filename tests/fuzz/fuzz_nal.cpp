// What looks into packets: the scan for pictures that nobody refers to, and the rewriting to start codes.
// Input: codec, length of the extradata, extradata, then packets of two bytes of length and a flag.
extern "C" {
#include <libavutil/log.h>
}

#include "fuzz/fuzz.h"
#include "stages/decode/annexb_cuda.h"
#include "stages/decode/nal_scan.h"

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  av_log_set_level(AV_LOG_QUIET);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  using namespace lyn;
  constexpr CodecId kCodecs[] = {CodecId::h264, CodecId::hevc, CodecId::vp9, CodecId::mpeg4};
  fuzz::Bytes input(bytes, count);
  StreamInfo stream;
  stream.codec = kCodecs[input.byte() % 4];
  const auto extradata = input.take(input.byte());
  stream.extradata.assign(extradata.begin(), extradata.end());
  const NalScan scan(stream);
  auto converter = AnnexB::create(stream);
  while (!input.empty()) {
    Packet packet;
    packet.key = (input.byte() & 1) != 0;
    packet.bytes = input.take(input.number<std::uint16_t>());
    (void)scan.may_be_referenced(packet.bytes);
    if (!converter) continue;
    const auto out = converter->convert(packet);
    // Lengths of one byte become start codes of four; headers come once a packet.
    fuzz::expect(out.size() <= 4 * packet.bytes.size() + converter->headers().size(), "what is rewritten stays small");
  }
  return 0;
}
