#include "stages/ingest/codec_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stages/ingest/reading.h"

// A stream that goes on as another codec is refused with the place where it does.
namespace lyn {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string clip_of(const std::string& codec, const std::string& container, const std::string& more = "") {
  const std::string encoder = codec == "h264"   ? "-c:v libx264 -preset veryfast -bf 2 -g 10"
                              : codec == "hevc" ? "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=10"
                                                : "-c:v mpeg2video -bf 2 -g 10";
  return media::clip(codec + "." + container,
                     media::pattern("320x240", 25, 2) + " " + encoder + " -pix_fmt yuv420p " + more);
}

/// One clip behind the other, as `cat` does it.
std::string joined(const std::string& name, const std::string& first, const std::string& second) {
  return media::file_of(name, media::bytes_of(first) + media::bytes_of(second));
}

struct Outcome {
  int packets = 0;
  std::string error;  ///< empty: read to its end
  std::string said;
};

Outcome outcome_of(const std::string& path) {
  const auto source = must(open_source(path, {}));
  Outcome outcome;
  testing::internal::CaptureStderr();
  for (;;) {
    const auto packet = source->read();
    if (!packet) outcome.error = packet.error().text();
    if (!packet || !*packet) break;
    ++outcome.packets;
  }
  outcome.said = testing::internal::GetCapturedStderr();
  return outcome;
}

TEST(CodecWatch, refuses_what_goes_on_as_the_other_codec_and_says_where) {
  for (const char* container : {"ts", "raw"}) {
    for (const auto& [first, second] : {std::pair("h264", "hevc"), std::pair("hevc", "h264")}) {
      SCOPED_TRACE(std::string(first) + " " + container);
      const bool raw = std::string(container) == "raw";
      const Outcome outcome =
          outcome_of(joined(std::string("joined.") + (raw ? first : "ts"), clip_of(first, raw ? first : "ts"),
                            clip_of(second, raw ? second : "ts")));
      EXPECT_GE(outcome.packets, 48);
      EXPECT_LE(outcome.packets, 52);
      EXPECT_THAT(outcome.error, AllOf(HasSubstr(std::string("changes from ") + first + " to " + second),
                                       HasSubstr(raw ? "carry no time" : "its last picture is at 3.")));
    }
  }
}

TEST(CodecWatch, is_quiet_about_streams_that_stay_what_they_are) {
  for (const char* codec : {"h264", "hevc"}) {
    for (const char* container : {"ts", "mkv", codec}) {
      SCOPED_TRACE(std::string(codec) + " " + container);
      const std::string path = clip_of(codec, container);
      const Outcome once = outcome_of(path);
      EXPECT_EQ(once.packets, 50);
      EXPECT_EQ(once.error + once.said, "");
    }
    const std::string path = clip_of(codec, codec);
    EXPECT_EQ(outcome_of(joined(std::string("twice.") + codec, path, path)).packets, 100);
  }
}

TEST(CodecWatch, tells_of_another_stream_that_goes_on_in_a_ts) {
  const std::string second = clip_of("hevc", "ts", "-mpegts_start_pid 0x200 -output_ts_offset 2");
  const Outcome outcome = outcome_of(joined("other-pid.ts", clip_of("h264", "ts"), second));
  EXPECT_EQ(outcome.packets, 50);
  EXPECT_EQ(outcome.error, "");
  EXPECT_THAT(outcome.said, AllOf(HasSubstr("another one (hevc) goes on"), HasSubstr("its last picture is at 3.")));
}

TEST(CodecWatch, is_quiet_about_two_streams_side_by_side) {
  const std::string both = media::clip("both.ts", "-i " + media::quoted(clip_of("h264", "ts")) + " -i " +
                                                      media::quoted(clip_of("hevc", "ts")) + " -map 0 -map 1 -c copy");
  const Outcome outcome = outcome_of(both);
  EXPECT_EQ(outcome.packets, 50);
  EXPECT_EQ(outcome.error + outcome.said, "");
}

/// Random bytes hold every start code in time, but not the sets one behind the other.
TEST(CodecWatch, does_not_take_one_odd_header_for_a_change) {
  StreamInfo stream;
  stream.codec = CodecId::h264;
  CodecWatch watch(stream);
  const std::vector<std::uint8_t> plain{0, 0, 1, 0x41, 0x9A, 0, 0};
  for (const std::uint8_t header : std::vector<std::uint8_t>{0x40, 0x42, 0x44}) {
    const std::vector<std::uint8_t> odd{0, 0, 1, header, 1, 0, 0};
    EXPECT_EQ(watch.look_at(odd), CodecId::unknown);
    EXPECT_EQ(watch.look_at(plain), CodecId::unknown);
  }
  const std::vector<std::uint8_t> all{0, 0, 1, 0x40, 1, 9, 0, 0, 1, 0x42, 1, 9, 0, 0, 1, 0x44, 1};
  EXPECT_EQ(watch.look_at(all), CodecId::hevc);
}

}  // namespace
}  // namespace lyn
