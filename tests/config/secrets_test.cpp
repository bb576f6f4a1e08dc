#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "config/config.h"
#include "config_test_files.h"

namespace lyn {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Secrets : public ::testing::Test {
 protected:
  void SetUp() override { setenv("LYN_TEST_PASSWORD", "hunter2", 1); }
  void TearDown() override { unsetenv("LYN_TEST_PASSWORD"); }

  Result<Config> parse(const std::string& source) const {
    return parse_config("version: 1\ncameras:\n  - id: a\n    source: " + source + "\n", folder_.path("c.yaml"));
  }
  std::string refusal(const std::string& source) const {
    const auto config = parse(source);
    EXPECT_FALSE(config.ok());
    return config.ok() ? "" : config.error().text();
  }

  test::ConfigFolder folder_;
};

TEST_F(Secrets, come_from_the_environment_and_show_as_stars) {
  const auto config = parse("\"rtsp://${LYN_TEST_PASSWORD}.example/${LYN_TEST_PASSWORD}/x\"");
  ASSERT_TRUE(config.ok()) << config.error().text();
  EXPECT_EQ(config->cameras[0].source.reveal(), "rtsp://hunter2.example/hunter2/x");
  EXPECT_EQ(config->cameras[0].source_shown, "rtsp://***.example/***/x");
  EXPECT_THAT(show_config(*config), Not(HasSubstr("hunter2")));
}

TEST_F(Secrets, written_as_passwords_show_as_stars) {
  const auto config = parse("rtsp://user:hunter2@h/x");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->cameras[0].source.reveal(), "rtsp://user:hunter2@h/x");
  EXPECT_THAT(show_config(*config), HasSubstr("rtsp://user:***@h/x"));
}

TEST_F(Secrets, of_an_unset_variable_are_an_error_that_names_it) {
  EXPECT_THAT(
      refusal("\"rtsp://u:${LYN_TEST_UNSET}@h/\""),
      HasSubstr(":4:13: cameras[0].source: the environment variable LYN_TEST_UNSET is not set; set LYN_TEST_UNSET"));
  EXPECT_THAT(refusal("\"${}\""), HasSubstr("names no variable"));
  EXPECT_THAT(refusal("\"${9}\""), HasSubstr("names no variable"));
  EXPECT_THAT(refusal("\"${LYN_TEST_PASSWORD\""), HasSubstr("no closing brace"));
}

TEST_F(Secrets, keep_an_escaped_dollar) {
  const auto config = parse("\"rtsp://h/$${x}/$5\"");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->cameras[0].source.reveal(), "rtsp://h/${x}/$5");
  const auto again = parse_config(show_config(*config), "c.yaml");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, *config);
}

TEST_F(Secrets, are_not_expanded_twice) {
  setenv("LYN_TEST_PASSWORD", "a${HOME}b", 1);
  EXPECT_EQ(parse("\"rtsp://h/${LYN_TEST_PASSWORD}\"")->cameras[0].source.reveal(), "rtsp://h/a${HOME}b");
}

TEST_F(Secrets, come_from_a_file_beside_the_configuration) {
  folder_.write("gate.secret", "rtsp://user:hunter2@h/x\n");
  const auto config = parse("{file: gate.secret}");
  ASSERT_TRUE(config.ok()) << config.error().text();
  EXPECT_EQ(config->cameras[0].source.reveal(), "rtsp://user:hunter2@h/x");
  EXPECT_EQ(config->cameras[0].source_shown, "***");
  EXPECT_THAT(show_config(*config), HasSubstr("source: \"***\""));
}

TEST_F(Secrets, of_a_file_that_is_missing_empty_or_long_are_errors_without_its_content) {
  folder_.write("empty", "\n");
  folder_.write("two", "hunter2\nhunter3\n");
  EXPECT_THAT(refusal("{file: none}"), HasSubstr("cannot read \"" + folder_.path("none") + "\""));
  EXPECT_THAT(refusal("{file: empty}"), HasSubstr("is empty"));
  EXPECT_THAT(refusal("{file: two}"), HasSubstr("more than one line"));
  EXPECT_THAT(refusal("{file: two}"), Not(HasSubstr("hunter")));
  EXPECT_THAT(refusal("{fil: two}"), HasSubstr("unknown key; nearest is \"file\""));
  EXPECT_THAT(refusal("{}"), HasSubstr("cameras[0].source.file: missing"));
}

TEST_F(Secrets, of_a_wrong_type_are_not_quoted) {
  EXPECT_THAT(refusal("[rtsp://u:hunter2@h]"), Not(HasSubstr("hunter2")));
  EXPECT_THAT(refusal("\"rtsp://u:hunter2@h/\\n\""), Not(HasSubstr("hunter2")));
  EXPECT_THAT(refusal("20221"), Not(HasSubstr("20221")));
}

TEST_F(Secrets, in_other_keys_are_refused_and_not_taken_literally) {
  const auto config = parse_config("version: 1\noutputs: {video: \"${LYN_TEST_PASSWORD}.mp4\"}\n", "c.yaml");
  ASSERT_FALSE(config.ok());
  EXPECT_THAT(config.error().text(), HasSubstr("works in cameras[].source only"));
}

}  // namespace
}  // namespace lyn
