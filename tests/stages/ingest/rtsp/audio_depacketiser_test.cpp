#include <gtest/gtest.h>

#include "stages/ingest/rtsp/audio_depacketisers.h"
#include "stages/ingest/rtsp/depacketising.h"

namespace lyn::rtsp {
namespace {

class Aac : public ::testing::Test, protected Depacketising {
 protected:
  Aac() { depacketiser = std::make_unique<AacDepacketiser>(13, 3, give()); }
  /// AU headers of 13 bits of size and 3 of index.
  static Bytes headers(const std::vector<int>& sizes) {
    Bytes out{0, static_cast<std::uint8_t>(16 * sizes.size())};
    for (const int size : sizes)
      out = out + Bytes{static_cast<std::uint8_t>(size >> 5), static_cast<std::uint8_t>(size << 3)};
    return out;
  }
};

TEST_F(Aac, several_frames_of_a_packet_have_their_own_times) {
  take(1000, true, headers({2, 3}) + Bytes{1, 2, 3, 4, 5});
  EXPECT_EQ(summary(), "1000k 2024k");
  EXPECT_EQ(units[1].bytes, (Bytes{3, 4, 5}));
}

TEST_F(Aac, a_frame_may_lie_in_several_packets) {
  take(1000, false, headers({5}) + Bytes{1, 2, 3});
  take(1000, true, headers({5}) + Bytes{4, 5});
  ASSERT_EQ(summary(), "1000k");
  EXPECT_EQ(units[0].bytes, (Bytes{1, 2, 3, 4, 5}));
}

TEST_F(Aac, damaged_packets_are_left_out) {
  take(1000, false, headers({5}) + Bytes{1, 2, 3});
  take(2000, true, headers({2}) + Bytes{4, 5}, true);
  EXPECT_EQ(summary(), "2000k!");
  for (const Bytes& odd :
       {Bytes{}, Bytes{0}, Bytes{0, 0}, Bytes{255, 255, 1}, headers({0}), headers({4, 9}) + Bytes{1, 2, 3, 4}}) {
    take(3000, true, odd);
  }
  EXPECT_EQ(units.size(), 2U) << "of the last one the first frame is whole";
  EXPECT_GE(depacketiser->damaged(), 6U);
}

TEST(G711, is_its_payload) {
  Depacketising it;
  it.depacketiser = std::make_unique<PlainAudioDepacketiser>(it.give());
  it.take(160, false, {1, 2, 3});
  it.take(320, false, {});
  ASSERT_EQ(it.summary(), "160k");
  EXPECT_EQ(it.units[0].bytes, (Bytes{1, 2, 3}));
}

}  // namespace
}  // namespace lyn::rtsp
