#include <gtest/gtest.h>

#include <set>

#include "stages/decode/clip_set.h"
#include "stages/decode/decoding.h"

namespace lyn {
namespace {

/// Pixels of a clip's frames, and which of them were marked.
struct Seen {
  std::vector<std::string> pixels;
  std::vector<std::string> times;
  std::vector<bool> damaged;
};

Seen see(const std::string& path, const Decoding::Change& change = {}, int threads = 1) {
  Seen seen;
  Decoding decoding(path, threads);
  decoding.run(
      [&](const Frame& frame) {
        seen.pixels.push_back(pixels_of(decoding.device(), frame.image));
        seen.times.push_back(text_of(frame.pts));
        seen.damaged.push_back(frame.damaged);
      },
      change);
  return seen;
}

/// Overwrites bytes in the middle of a packet, in a copy of its own.
void spoil(Packet& packet) {
  auto copy = std::make_shared<std::vector<std::uint8_t>>(packet.bytes.begin(), packet.bytes.end());
  const std::size_t size = copy->size();
  for (std::size_t i = size / 2; i < size / 2 + 40 && i < size; ++i) (*copy)[i] ^= 0x5A;
  copy->resize(size + 64, 0);
  packet.bytes = {copy->data(), size};
  packet.owner = copy;
}

/// Takes a picture away: an empty packet decodes to nothing.
void lose(Packet& packet) {
  packet.bytes = packet.bytes.first(5);
}

long count(const std::vector<bool>& flags) {
  return std::count(flags.begin(), flags.end(), true);
}

/// Every frame that is not what it should be is marked, and some are neither.
void expect_marked(const std::string& path, const Decoding::Change& change, int threads = 1) {
  const Seen clean = see(path);
  const Seen seen = see(path, change, threads);
  std::size_t differ = 0;
  for (std::size_t i = 0; i < seen.times.size(); ++i) {
    const auto at = std::find(clean.times.begin(), clean.times.end(), seen.times[i]) - clean.times.begin();
    ASSERT_LT(static_cast<std::size_t>(at), clean.times.size()) << "frame " << i << " has a time of its own";
    const bool same = clean.pixels[static_cast<std::size_t>(at)] == seen.pixels[i];
    differ += same ? 0 : 1;
    EXPECT_TRUE(same || seen.damaged[i]) << "frame " << i << " at " << seen.times[i] << " differs and is not marked";
  }
  EXPECT_GT(differ + clean.times.size() - seen.times.size(), 0U) << "the damage did nothing";
  EXPECT_LE(count(seen.damaged), 20) << "damage must end with the next keyframe";
  EXPECT_FALSE(seen.damaged.back());
}

TEST(Damage, of_an_h264_reference_picture_is_marked_until_the_next_keyframe) {
  expect_marked(media::h264_without_b_frames(), [](Packet& packet, int number) {
    if (number == 14) spoil(packet);
  });
}

TEST(Damage, of_a_lost_h264_picture_is_marked_until_the_next_keyframe) {
  expect_marked(media::h264_in_short_gops(), [](Packet& packet, int number) {
    if (number == 11) lose(packet);
  });
}

/// libavcodec's HEVC decoder takes any bits for a picture and says nothing (5.1): what can be promised
/// is that the damage ends with the GOP.
TEST(Damage, inside_an_hevc_slice_ends_with_the_next_keyframe) {
  const Seen clean = see(media::hevc_in_short_gops());
  const Seen seen = see(media::hevc_in_short_gops(), [](Packet& packet, int number) {
    if (number == 11) spoil(packet);
  });
  ASSERT_EQ(seen.pixels.size(), 50U);
  EXPECT_NE(seen.pixels, clean.pixels);
  for (std::size_t i = 20; i < 50; ++i) EXPECT_EQ(seen.pixels[i], clean.pixels[i]) << "frame " << i;
}

TEST(Damage, of_a_lost_hevc_picture_is_marked_until_the_next_keyframe) {
  expect_marked(media::hevc_in_short_gops(), [](Packet& packet, int number) {
    if (number == 11) lose(packet);
  });
}

TEST(Damage, is_marked_with_several_threads_too) {
  for (const auto& path : {media::h264_in_short_gops(), media::hevc_in_short_gops()}) {
    expect_marked(
        path,
        [](Packet& packet, int number) {
          if (number == 11) lose(packet);
        },
        3);
  }
}

TEST(Damage, that_the_demuxer_knows_of_marks_the_picture) {
  const Seen seen = see(media::h264_in_short_gops(), [](Packet& packet, int number) { packet.corrupt = number == 20; });
  EXPECT_TRUE(seen.damaged[20]);
  EXPECT_EQ(count(seen.damaged), 10) << "the keyframe's whole GOP";
}

TEST(Damage, of_a_picture_that_no_other_refers_to_stays_alone) {
  int chosen = -1;
  const Seen seen = see(media::h264_in_short_gops(), [&](Packet& packet, int number) {
    const bool disposable = packet.bytes.size() > 5 && (packet.bytes[4] >> 5 & 3) == 0 && (packet.bytes[4] & 31) == 1;
    if (chosen < 0 && number > 10 && disposable) {
      chosen = number;
      packet.corrupt = true;
    }
  });
  ASSERT_GE(chosen, 0);
  EXPECT_EQ(count(seen.damaged), 1);
}

TEST(Damage, everywhere_neither_stops_nor_repeats_decoding) {
  const Seen seen = see(media::h264_in_short_gops(), [](Packet& packet, int) { spoil(packet); });
  EXPECT_LE(seen.pixels.size(), 50U);
  EXPECT_EQ(std::set(seen.times.begin(), seen.times.end()).size(), seen.times.size());
}

}  // namespace
}  // namespace lyn
