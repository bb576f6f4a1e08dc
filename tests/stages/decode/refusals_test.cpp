#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stages/decode/clip_set.h"
#include "stages/decode/decoding.h"

namespace lyn {
namespace {

using ::testing::HasSubstr;

Result<std::unique_ptr<Decoder>> decoder_for(Device& device, CodecId codec, const std::string& name) {
  StreamInfo stream;
  stream.codec = codec;
  stream.codec_name = name;
  return make_software_decoder(device, stream, {});
}

TEST(Refusal, of_a_codec_names_it_and_those_that_are_decoded) {
  const auto device = must(open_cpu_device());
  const Error refused = decoder_for(*device, CodecId::unknown, "vc1").error();
  EXPECT_EQ(refused.kind, ErrorKind::device);
  EXPECT_THAT(refused.what, HasSubstr("vc1"));
  EXPECT_THAT(refused.remedy, HasSubstr("h264, hevc, av1"));
  EXPECT_TRUE(decoder_for(*device, CodecId::h264, "h264").ok());
}

TEST(Refusal, of_a_pixel_format_names_it) {
  const auto path = media::clip("440.mkv", media::pattern("320x240", 25, 0.2) +
                                               " -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -pix_fmt yuv440p");
  Decoding decoding(path);
  const auto packet = must(decoding.source().read());
  const auto refused = decoding.decoder().send(*packet);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::device);
  EXPECT_THAT(refused.error().what, HasSubstr("yuv440p"));
}

TEST(Refusal, of_the_pool_reaches_the_caller) {
  const auto device = must(open_cpu_device(1 << 16));
  const auto source = must(open_source(media::h264_in_short_gops(), {}));
  const auto decoder = must(make_software_decoder(*device, source->stream(), {}));
  const auto packet = must(source->read());
  const auto refused = decoder->send(*packet);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::device);
}

}  // namespace
}  // namespace lyn
