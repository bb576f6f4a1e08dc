#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "media/clips.h"
#include "media/command.h"
#include "media/oracle.h"
#include "stages/decode/decoding.h"
#include "stages/decode/format_rows.h"
#include "stages/decode/like_ffmpeg.h"

// docs/FORMATS.md is this test's list: a row is there because the test of its name passes.
namespace lyn {

std::string name_of(const FormatRow& row) {
  return row.codec + "_" + row.pixels;
}

void PrintTo(const FormatRow& row, std::ostream* out) {
  *out << name_of(row);
}

namespace {

using ::testing::HasSubstr;

constexpr const char* kBegin =
    "<!-- made by tests/stages/decode/formats_test.cpp: LYN_WRITE_DOCS=1 test_stages_decode -->\n";
constexpr const char* kEnd = "<!-- end -->\n";

std::string encoded(const FormatRow& row) {
  return media::clip(name_of(row) + "." + row.containers.front(),
                     media::pattern(row.size, 25, 0.48) + " " + row.encoder + " -pix_fmt " + row.pixels);
}

std::string in_container(const FormatRow& row, const std::string& container) {
  if (container == row.containers.front()) return encoded(row);
  // MP4 keeps the headers of MPEG-4 to itself.
  const bool in_stream = row.codec == "mpeg4" && (container == "ts" || container == "m4v");
  const std::string headers = in_stream ? " -bsf:v dump_extra" : "";
  return media::clip(name_of(row) + "." + container, "-i " + media::quoted(encoded(row)) + " -c copy" + headers);
}

class Format : public ::testing::TestWithParam<FormatRow> {};

TEST_P(Format, is_decoded_to_ffmpegs_bytes_in_each_container) {
  const FormatRow& row = GetParam();
  // Ours is dav1d, and so is ffmpeg's first choice: another library is the better witness.
  const std::string aom = row.codec == "av1" ? "-c:v libaom-av1" : "";
  for (const std::string& container : row.containers) {
    SCOPED_TRACE(container);
    const std::string path = in_container(row, container);
    EXPECT_EQ(media::stream_field(path, "codec_name"), row.codec);
    EXPECT_EQ(media::stream_field(path, "pix_fmt"), row.pixels);
    // ffmpeg would take the first of these pictures for the only one.
    expect_like_ffmpeg(path, 1, container == "mjpeg" ? "-f mjpeg" : aom);
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Format, ::testing::ValuesIn(format_rows()),
                         [](const auto& made) { return name_of(made.param); });

std::string refusal_of(const std::string& path) {
  const auto device = must(open_cpu_device());
  const auto source = must(open_source(path, {}));
  const auto decoder = make_software_decoder(*device, source->stream(), {});
  if (!decoder) return decoder.error().text();
  while (auto packet = must(source->read())) {
    if (const Status sent = (*decoder)->send(*packet); !sent) return sent.error().text();
    for (;;) {
      auto frame = (*decoder)->receive();
      if (!frame) return frame.error().text();
      if (!*frame) break;
    }
  }
  return "decoded";
}

TEST(Formats, that_is_refused_says_why) {
  for (const RefusedRow& row : refused_rows()) {
    const std::string refusal =
        refusal_of(media::clip(row.file, media::pattern("160x120", 25, 0.2) + " " + row.encoder));
    EXPECT_THAT(refusal, HasSubstr(row.says)) << row.what;
    EXPECT_THAT(refusal, HasSubstr("; ")) << row.what << ": what would help?";
  }
}

std::string tables() {
  std::string text = "| codec | pixel format | containers |\n|---|---|---|\n";
  for (const FormatRow& row : format_rows()) {
    text += "| " + row.codec + " | " + row.pixels + " |";
    for (const auto& container : row.containers) text += " " + container;
    text += " |\n";
  }
  text += "\n| refused | with the words |\n|---|---|\n";
  for (const RefusedRow& row : refused_rows()) text += "| " + row.what + " | " + row.says + " |\n";
  return text;
}

TEST(Formats, table_in_the_documents_is_the_one_that_is_tested) {
  const std::string path = media::source_folder() + "/docs/FORMATS.md";
  std::string page = media::bytes_of(path);
  const auto begin = page.find(kBegin);
  const auto end = page.find(kEnd);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const auto from = begin + std::string(kBegin).size();
  if (std::getenv("LYN_WRITE_DOCS") != nullptr) {
    std::ofstream(path, std::ios::binary) << page.substr(0, from) << tables() << page.substr(end);
    page = media::bytes_of(path);
  }
  EXPECT_EQ(page.substr(from, page.find(kEnd) - from), tables())
      << "run it once with LYN_WRITE_DOCS=1, and read the difference";
}

}  // namespace
}  // namespace lyn
