// The software decoder into the pool: any bits give frames or damage, and every lease comes back.
// Input: codec, length of the extradata, extradata, then packets: flags, two bytes of length, bytes.
extern "C" {
#include <libavutil/log.h>
}

#include "device/cpu/cpu_device.h"
#include "fuzz/packets.h"
#include "stages/decode/decoder.h"

namespace {

/// What a decoded frame says of itself must hold: kernels go by it.
void check(const lyn::Frame& frame) {
  using lyn::fuzz::expect;
  const lyn::Image& image = frame.image;
  expect(image.width > 0 && image.height > 0 && image.lease != nullptr, "a frame has a picture");
  for (int i = 0; i < image.format.planes(); ++i) {
    const lyn::Plane& plane = image.planes.at(static_cast<std::size_t>(i));
    const int samples = plane.width * (i > 0 && image.format.layout == lyn::Layout::semi_planar ? 2 : 1);
    expect(!plane.data.null() && plane.pitch >= samples * image.format.sample_bytes(), "rows hold their samples");
  }
}

void take_all(lyn::Decoder& decoder) {
  for (;;) {
    auto frame = decoder.receive();
    if (!frame || !*frame) return;
    check(**frame);
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  av_log_set_level(AV_LOG_QUIET);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  using namespace lyn;
  constexpr CodecId kCodecs[] = {CodecId::h264, CodecId::hevc,  CodecId::vp9,
                                 CodecId::vp8,  CodecId::mpeg4, CodecId::mjpeg};
  static const auto device = std::move(*open_cpu_device(std::size_t{256} << 20));
  fuzz::Bytes input(bytes, count);
  StreamInfo stream;
  stream.codec = kCodecs[input.byte() % 6];
  stream.codec_name = name_of(stream.codec);
  const auto extradata = input.take(input.byte());
  stream.extradata.assign(extradata.begin(), extradata.end());
  {
    auto decoder = make_software_decoder(*device, stream, {1});
    if (!decoder) return 0;
    std::int64_t pts = 0;
    while (!input.empty()) {
      const std::uint8_t flags = input.byte();
      if ((flags & 16) != 0 && !(*decoder)->reset()) return 0;
      if ((flags & 8) != 0) pts = input.number<std::int64_t>();
      Packet packet = fuzz::packet_of(input.take(input.number<std::uint16_t>()));
      packet.key = (flags & 1) != 0;
      packet.corrupt = (flags & 2) != 0;
      packet.pts = (flags & 4) != 0 ? kNoTimestamp : pts;
      packet.dts = (flags & 32) != 0 ? input.number<std::int64_t>() : packet.pts;
      packet.duration = (flags & 64) != 0 ? input.number<std::int64_t>() : 40'000;
      pts = static_cast<std::int64_t>(static_cast<std::uint64_t>(pts) + 40'000);
      if (!(*decoder)->send(packet)) return 0;
      take_all(**decoder);
    }
    if ((*decoder)->drain()) take_all(**decoder);
  }
  fuzz::expect(device->pool().stats().used_bytes == 0, "every picture's memory comes back");
  return 0;
}
