#include "stages/ingest/rtsp/jpeg_depacketiser.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "stages/ingest/rtsp/depacketising.h"
#include "stages/ingest/rtsp/jpeg_headers.h"

namespace lyn::rtsp {
namespace {

/// The main header of RFC 2435: offset, type, Q, size in blocks.
Bytes head(int offset, int type, int q, int width8 = 40, int height8 = 30) {
  return {0,
          static_cast<std::uint8_t>(offset >> 16),
          static_cast<std::uint8_t>(offset >> 8),
          static_cast<std::uint8_t>(offset),
          static_cast<std::uint8_t>(type),
          static_cast<std::uint8_t>(q),
          static_cast<std::uint8_t>(width8),
          static_cast<std::uint8_t>(height8)};
}

/// The bytes behind the first `marker` of a JPEG, at most `count`.
Bytes after_marker(const Bytes& jpeg, std::uint8_t marker, std::size_t count) {
  for (std::size_t i = 0; i + 1 < jpeg.size(); ++i) {
    if (jpeg[i] == 0xFF && jpeg[i + 1] == marker) {
      return {jpeg.begin() + static_cast<std::ptrdiff_t>(i) + 2,
              jpeg.begin() + static_cast<std::ptrdiff_t>(std::min(jpeg.size(), i + 2 + count))};
    }
  }
  return {};
}

class Jpeg : public ::testing::Test, protected Depacketising {
 protected:
  Jpeg() { use(0, 0); }
  void use(int width, int height) { depacketiser = std::make_unique<JpegDepacketiser>(width, height, give()); }
};

TEST_F(Jpeg, gets_its_headers_back) {
  take(1000, false, head(0, 1, 50) + Bytes{1, 2, 3});
  take(1000, true, head(3, 1, 50) + Bytes{4, 5});
  ASSERT_EQ(summary(), "1000k");
  const Bytes& jpeg = units[0].bytes;
  EXPECT_EQ((Bytes{jpeg[0], jpeg[1]}), (Bytes{0xFF, 0xD8}));
  EXPECT_EQ(after_marker(jpeg, 0xC0, 9), (Bytes{0, 17, 8, 0, 240, 1, 64, 3, 1})) << "240 by 320";
  EXPECT_EQ(after_marker(jpeg, 0xC0, 10).back(), 0x22) << "type 1 is 4:2:0";
  EXPECT_EQ(after_marker(jpeg, 0xDB, 6), (Bytes{0, 67, 0, 16, 11, 12}));
  EXPECT_TRUE(after_marker(jpeg, 0xDD, 1).empty()) << "no restart interval";
  EXPECT_EQ(Bytes(jpeg.end() - 7, jpeg.end()), (Bytes{1, 2, 3, 4, 5, 0xFF, 0xD9}));
}

TEST_F(Jpeg, keeps_tables_and_restart_markers_of_its_own) {
  Bytes tables(128);
  for (std::size_t i = 0; i < 128; ++i) tables[i] = static_cast<std::uint8_t>(i + 1);
  take(1000, true, head(0, 64, 255) + Bytes{0, 8, 0xFF, 0xFF} + Bytes{0, 0, 0, 128} + tables + Bytes{9, 0xFF, 0xD9});
  ASSERT_EQ(summary(), "1000k");
  const Bytes& jpeg = units[0].bytes;
  EXPECT_EQ(after_marker(jpeg, 0xDD, 4), (Bytes{0, 4, 0, 8}));
  EXPECT_EQ(after_marker(jpeg, 0xDB, 5), (Bytes{0, 67, 0, 1, 2}));
  EXPECT_EQ(after_marker(jpeg, 0xC0, 10).back(), 0x21) << "type 0 is 4:2:2";
  EXPECT_EQ(Bytes(jpeg.end() - 3, jpeg.end()), (Bytes{9, 0xFF, 0xD9})) << "an end that is there is not doubled";
}

TEST_F(Jpeg, remembers_tables_that_are_sent_once) {
  take(1000, true, head(0, 1, 200) + Bytes{0, 0, 0, 64} + Bytes(64, 7) + Bytes{1});
  take(2000, true, head(0, 1, 200) + Bytes{0, 0, 0, 0} + Bytes{1});
  EXPECT_EQ(summary(), "1000k 2000k");
  EXPECT_EQ(units[0].bytes, units[1].bytes);
  take(3000, true, head(0, 1, 201) + Bytes{0, 0, 0, 0} + Bytes{1});
  EXPECT_EQ(units.size(), 2U) << "of another Q none are known";
}

TEST_F(Jpeg, leaves_out_pictures_with_a_part_missing) {
  take(1000, false, head(0, 1, 50) + Bytes{1, 2, 3});
  take(1000, true, head(6, 1, 50) + Bytes{4}, true);
  take(2000, false, head(0, 1, 50) + Bytes{1, 2, 3});
  take(2000, true, head(6, 1, 50) + Bytes{4});
  take(3000, false, head(0, 1, 50) + Bytes{1});
  take(4000, true, head(0, 1, 50) + Bytes{1});
  EXPECT_EQ(summary(), "4000k");
  EXPECT_GE(depacketiser->damaged(), 3U);
}

TEST_F(Jpeg, takes_sizes_of_the_description_where_it_cannot_say_them) {
  take(1000, true, head(0, 1, 50, 0, 0) + Bytes{1});
  EXPECT_EQ(summary(), "") << "no size at all";
  use(4000, 3000);
  take(1000, true, head(0, 1, 50, 0, 0) + Bytes{1});
  EXPECT_EQ(after_marker(units.at(0).bytes, 0xC0, 7), (Bytes{0, 17, 8, 3000 >> 8, 3000 & 255, 4000 >> 8, 4000 & 255}));
}

TEST_F(Jpeg, refuses_types_and_tables_that_it_does_not_know) {
  for (const Bytes& odd : {head(0, 2, 50) + Bytes{1}, head(0, 1, 0) + Bytes{1}, head(0, 1, 100) + Bytes{1}, Bytes{0, 0},
                           head(0, 1, 255) + Bytes{0, 1, 0, 128} + Bytes(128, 1),
                           head(0, 1, 255) + Bytes{0, 0, 0, 64, 1}, head(0, 65, 50) + Bytes{1}}) {
    take(1000, true, odd);
  }
  EXPECT_EQ(summary(), "");
  EXPECT_EQ(depacketiser->damaged(), 7U);
}

TEST(JpegTables, are_scaled_as_the_standard_says) {
  EXPECT_EQ(jpeg_tables(50)[0], 16);
  EXPECT_EQ(jpeg_tables(50)[64], 17);
  EXPECT_EQ(jpeg_tables(25)[0], 32);
  EXPECT_EQ(jpeg_tables(99)[0], 1);  // 16 * 2 + 50 is below 100
  EXPECT_EQ(jpeg_tables(1)[63], 255);
}

}  // namespace
}  // namespace lyn::rtsp
