#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <random>

#include "stages/ingest/reading.h"

namespace lyn {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(Refusal, of_a_missing_file_says_so) {
  EXPECT_THAT(refusal_of("/nowhere/a.mp4"),
              AllOf(HasSubstr("/nowhere/a.mp4: no such file"), HasSubstr("check the path")));
}

TEST(Refusal, of_a_directory_says_so) {
  const auto folder = std::filesystem::temp_directory_path() / ("lyn-no-pictures-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  EXPECT_THAT(refusal_of(folder), HasSubstr("is a directory without pictures"));
  std::filesystem::remove(folder);
  EXPECT_THAT(refusal_of("/nowhere/*.jpg"), HasSubstr("matches no picture"));
}

TEST(Refusal, of_an_empty_file_says_so) {
  EXPECT_THAT(refusal_of(media::file_of("empty.mp4", "")), HasSubstr("the file is empty"));
}

TEST(Refusal, of_a_device_file_says_so) {
  EXPECT_THAT(refusal_of("/dev/null"), HasSubstr("not a regular file"));
}

TEST(Refusal, of_an_unreadable_file_says_who_must_act) {
  const auto path = std::filesystem::temp_directory_path() / ("lyn-unreadable-" + std::to_string(::getpid()) + ".mp4");
  std::filesystem::copy_file(clip_with_sound(), path, std::filesystem::copy_options::overwrite_existing);
  ::chmod(path.c_str(), 0);
  const bool root = ::geteuid() == 0;
  ASSERT_TRUE(!root || ::seteuid(65534) == 0);
  const std::string refusal = refusal_of(path);
  ASSERT_TRUE(!root || ::seteuid(0) == 0);
  std::filesystem::remove(path);
  EXPECT_THAT(refusal, HasSubstr("no permission to read it"));
}

TEST(Refusal, of_text_says_so) {
  EXPECT_THAT(refusal_of(media::file_of("notes.mp4", "Dear all,\nthis is a letter.\n")),
              HasSubstr("is text, not a video"));
}

TEST(Refusal, of_noise_says_what_is_read) {
  std::mt19937 random(7);
  std::string noise(200'000, '\0');
  for (char& byte : noise) byte = static_cast<char>(random());
  EXPECT_THAT(refusal_of(media::file_of("noise.mp4", noise)), HasSubstr("give mp4, mov, mkv"));
}

TEST(Refusal, of_a_recording_without_its_index_says_that_it_is_cut_short) {
  const std::string whole = media::bytes_of(copied("slow.mp4", "-an"));
  EXPECT_THAT(refusal_of(media::file_of("cut.mp4", whole.substr(0, whole.size() / 2))),
              HasSubstr("index (moov) is missing"));
}

TEST(Refusal, of_sound_alone_says_so) {
  const auto path = media::clip("tone.mp4", "-f lavfi -i sine=duration=1 -c:a aac");
  EXPECT_THAT(refusal_of(path), HasSubstr("has audio only, no video"));
}

TEST(Refusal, of_a_playlist_named_mp4_opens_nothing) {
  const std::string inside = copied("inside.ts");
  const auto hls =
      media::file_of("list.mp4", "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXTINF:1.0,\nfile:" + inside +
                                     "\n#EXT-X-ENDLIST\n");
  EXPECT_THAT(refusal_of(hls), HasSubstr("is a playlist"));
  const auto concat = media::file_of("concat.mp4", "ffconcat version 1.0\nfile '" + inside + "'\n");
  EXPECT_THAT(refusal_of(concat), HasSubstr("is a playlist"));
  const auto sdp = media::file_of("cam.mp4",
                                  "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                                  "m=video 5004 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n");
  EXPECT_THAT(refusal_of(sdp), HasSubstr("is a playlist"));
}

TEST(Refusal, of_another_container_names_it) {
  const auto path = media::clip("old.nut", media::pattern("320x240", 25, 0.2) + " -c:v mpeg4");
  EXPECT_THAT(refusal_of(path), AllOf(HasSubstr("\"nut\""), HasSubstr("mkv")));
}

TEST(Refusal, of_absurd_sizes_comes_before_memory_is_taken) {
  std::string bytes = media::bytes_of(copied("sized.mp4", "-an"));
  const auto entry = bytes.find("avc1", bytes.find("stsd"));  // VisualSampleEntry: width and height behind 24 bytes
  ASSERT_NE(entry, std::string::npos);
  for (std::size_t i = 28; i < 32; i += 2) {
    bytes[entry + i] = static_cast<char>(0xFF);
    bytes[entry + i + 1] = static_cast<char>(0xF0);
  }
  EXPECT_THAT(refusal_of(media::file_of("huge.mp4", bytes)), HasSubstr("65520x65520"));
}

TEST(Refusal, of_a_protocol_opens_nothing) {
  EXPECT_THAT(refusal_of("ftp://127.0.0.1:9/a.mp4"), HasSubstr("\"ftp\""));
  EXPECT_THAT(refusal_of("concat:" + clip_with_sound()), HasSubstr("\"concat\""));
}

TEST(Refusal, of_rewinding_a_file_that_was_replaced_says_so) {
  const auto path = media::file_of("replaced.mp4", media::bytes_of(clip_with_sound()));
  const auto source = must(open_source(path, {}));
  (void)media::file_of("replaced.mp4", media::bytes_of(media::sample("car-detection.mp4")));
  const auto rewound = source->rewind();
  ASSERT_FALSE(rewound.ok());
  EXPECT_THAT(rewound.error().what, HasSubstr("replaced"));
}

}  // namespace
}  // namespace lyn
