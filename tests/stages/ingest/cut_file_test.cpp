#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "stages/ingest/reading.h"

// Files that were cut off end with what is there, and one line that says so and where.
namespace lyn {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string clip_in(const std::string& container) {
  const bool webm = container == "webm" || container == "ivf";
  const std::string codec = webm                 ? "-c:v libvpx -deadline realtime -cpu-used 8 -b:v 1M"
                            : container == "avi" ? "-c:v mpeg4 -bf 2"
                            : container == "wmv" ? "-c:v wmv2"
                                                 : "-c:v libx264 -preset veryfast -bf 2 -pix_fmt yuv420p";
  const std::string flags = container == "mp4" || container == "mov" ? " -movflags +faststart" : "";
  return media::clip("whole." + container, media::pattern("320x240", 25, 2) + " " + codec + " -g 10" + flags);
}

struct Read {
  std::size_t packets = 0;
  std::string said;
};

Read read_all(const std::string& path) {
  const auto source = must(open_source(path, {}));
  Read read;
  testing::internal::CaptureStderr();
  read.packets = packets_of(*source).size();
  read.said = testing::internal::GetCapturedStderr();
  return read;
}

std::string cut_copy(const std::string& container, std::size_t bytes) {
  return media::file_of("cut." + container, media::bytes_of(clip_in(container)).substr(0, bytes));
}

class Cut : public ::testing::TestWithParam<const char*> {};

TEST_P(Cut, file_ends_with_a_line_that_says_where) {
  const std::string container = GetParam();
  const std::size_t size = media::bytes_of(clip_in(container)).size();
  const Read whole = read_all(clip_in(container));
  EXPECT_EQ(whole.packets, 50U);
  EXPECT_THAT(whole.said, IsEmpty());
  const Read cut = read_all(cut_copy(container, size * 6 / 10 + 1));
  EXPECT_GT(cut.packets, 5U);
  EXPECT_LT(cut.packets, 50U);
  EXPECT_THAT(cut.said, AllOf(HasSubstr("cut short"), HasSubstr(std::to_string(size * 6 / 10 + 1) + " of the "),
                              HasSubstr("its last picture is at ")));
  EXPECT_EQ(std::ranges::count(cut.said, '\n'), 1) << cut.said;
}

INSTANTIATE_TEST_SUITE_P(Container, Cut, ::testing::Values("mp4", "mov", "mkv", "webm", "avi", "wmv", "ts", "ivf"),
                         [](const auto& container) { return std::string(container.param); });

TEST(CutFile, in_fragments_ends_with_a_line_too) {
  const std::string path = media::clip(
      "fragments.mp4", "-i " + media::quoted(clip_in("mp4")) + " -c copy -movflags +frag_keyframe+empty_moov");
  EXPECT_THAT(read_all(path).said, IsEmpty());
  const std::string bytes = media::bytes_of(path);
  EXPECT_THAT(read_all(media::file_of("cut-fragments.mp4", bytes.substr(0, bytes.size() / 2))).said,
              HasSubstr("cut short"));
}

TEST(CutFile, at_any_byte_neither_crashes_nor_hangs) {
  for (const char* container : {"mp4", "mkv", "avi", "wmv", "ts", "ivf"}) {
    const std::string whole = media::bytes_of(clip_in(container));
    for (std::size_t size = 1; size < whole.size(); size += whole.size() / 23) {
      const auto opened = open_source(media::file_of(std::string("any.") + container, whole.substr(0, size)), {});
      if (!opened) continue;
      EXPECT_LE(packets_of(**opened).size(), 50U);
    }
  }
}

}  // namespace
}  // namespace lyn
