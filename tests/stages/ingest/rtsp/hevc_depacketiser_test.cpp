#include <gtest/gtest.h>

#include "stages/ingest/rtsp/depacketising.h"
#include "stages/ingest/rtsp/nal_depacketisers.h"

namespace lyn::rtsp {
namespace {

const Bytes kVps{0x40, 0x01, 0x0C, 0x01};
const Bytes kPps{0x44, 0x01, 0xC1, 0x72};
const Bytes kIdr{0x26, 0x01, 0xAF, 0x01};    // IDR_W_RADL, first slice
const Bytes kTrail{0x02, 0x01, 0xD0, 0x02};  // TRAIL_R, first slice
const Bytes kStart{0, 0, 0, 1};

class Hevc : public ::testing::Test, protected Depacketising {
 protected:
  Hevc() { depacketiser = std::make_unique<HevcDepacketiser>(sets, give()); }
  ParameterSets sets{CodecId::hevc};
};

TEST_F(Hevc, single_units_aggregates_and_fragments_become_access_units) {
  take(1000, false, Bytes{0x60, 0x01, 0, 4} + kVps + Bytes{0, 4} + kPps);
  take(1000, false, {0x62, 0x01, 0x93, 0xAF, 1, 2});  // FU, start, type 19
  take(1000, false, {0x62, 0x01, 0x13, 3, 4});
  take(1000, true, {0x62, 0x01, 0x53, 5});
  take(2000, true, kTrail);
  ASSERT_EQ(summary(), "1000k 2000");
  EXPECT_EQ(units[0].bytes, (kStart + kVps + kStart + kPps + kStart + Bytes{0x26, 0x01, 0xAF, 1, 2, 3, 4, 5}));
}

TEST_F(Hevc, a_lost_fragment_marks_the_picture) {
  take(1000, true, kIdr);
  take(2000, false, {0x62, 0x01, 0x81, 0xD0, 1});
  take(2000, true, {0x62, 0x01, 0x41, 3}, true);
  take(3000, true, kTrail);
  EXPECT_EQ(summary(), "1000k 3000!");
}

TEST_F(Hevc, what_is_not_read_is_damage) {
  take(1000, true, kIdr);
  for (const Bytes& odd : {Bytes{0x64, 0x01, 1, 2}, Bytes{0x60, 0x01, 0, 99, 1}, Bytes{0x62, 0x01, 0x81}}) {
    take(2000, false, odd);
    take(2000, true, kTrail);
    EXPECT_TRUE(units.back().damaged);
  }
  take(3000, true, kTrail);
  EXPECT_FALSE(units.back().damaged);
}

}  // namespace
}  // namespace lyn::rtsp
