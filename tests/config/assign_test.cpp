#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/config.h"
#include "config_test_files.h"

namespace lyn {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SetConfigValue : public ::testing::Test {
 protected:
  Config config_ = *parse_config(
      "version: 1\ncameras:\n  - {id: a, source: /a.mp4}\n  - {id: b, source: /b.mp4, detector: {score: 0.7}}\n",
      "c.yaml");

  std::string refusal(const std::string& assignment) {
    const Config before = config_;
    const Status status = set_config_value(config_, assignment);
    EXPECT_FALSE(status.ok()) << assignment;
    EXPECT_EQ(config_, before) << "a refused assignment changes nothing";
    return status.ok() ? "" : status.error().text();
  }
};

TEST_F(SetConfigValue, sets_one_key_and_hands_it_to_cameras_that_do_not_override_it) {
  ASSERT_TRUE(set_config_value(config_, "detector.score=0.4").ok());
  EXPECT_EQ(config_.detector.score, 0.4);
  EXPECT_EQ(config_.cameras[0].detector.score, 0.4);
  EXPECT_EQ(config_.cameras[1].detector.score, 0.7);
}

TEST_F(SetConfigValue, sets_a_key_of_one_camera) {
  ASSERT_TRUE(set_config_value(config_, "cameras[0].transport=udp").ok());
  ASSERT_TRUE(set_config_value(config_, "cameras[0].detector.batch.size=2").ok());
  EXPECT_EQ(config_.cameras[0].transport, "udp");
  EXPECT_EQ(config_.cameras[0].detector.batch.size, 2);
  EXPECT_EQ(config_.detector.batch.size, 8);
  EXPECT_THAT(config_.cameras[0].overrides, ElementsAre("detector.batch.size"));
}

TEST_F(SetConfigValue, takes_lists_and_whole_sections) {
  ASSERT_TRUE(set_config_value(config_, "detector.classes=[person, car]").ok());
  ASSERT_TRUE(set_config_value(config_, "detector={every: 2, nms: 0.6}").ok());
  EXPECT_THAT(config_.detector.classes, ElementsAre("person", "car"));
  EXPECT_EQ(config_.cameras[0].detector.every, 2);
  EXPECT_EQ(config_.cameras[1].detector.nms, 0.6);
}

TEST_F(SetConfigValue, has_the_messages_of_the_file_with_its_own_place) {
  EXPECT_EQ(refusal("detector.scor=0.4"), "--set: detector.scor: unknown key; nearest is \"score\"");
  EXPECT_EQ(refusal("detector.score=2"), "--set: detector.score: 2 is out of range; it goes from 0 to 1");
  EXPECT_EQ(refusal("cameras[0].transport=tpc"),
            "--set: cameras[0].transport: \"tpc\" is not known; nearest is \"tcp\"");
  EXPECT_THAT(refusal("cameras[0].name=5"), HasSubstr("expected text, found a number; put it in quotes"));
  EXPECT_THAT(refusal("detector.floor=0.9"), HasSubstr("--set: detector.floor: floor 0.9 is above score 0.3"));
  EXPECT_THAT(refusal("outputs.video=/x.mp4"), HasSubstr("put {camera} into the name"));
}

TEST_F(SetConfigValue, refuses_paths_that_lead_nowhere) {
  EXPECT_THAT(refusal("detector.score"), HasSubstr("no key or no value"));
  EXPECT_THAT(refusal("=5"), HasSubstr("no key or no value"));
  EXPECT_THAT(refusal("cameras[2].name=x"), HasSubstr("no such camera; there are 2"));
  EXPECT_THAT(refusal("cameras[0]=x"), HasSubstr("name a key of the camera"));
  EXPECT_THAT(refusal("cameras[x].name=x"), HasSubstr("unknown key"));
  EXPECT_THAT(refusal("cameras[.name=x"), HasSubstr("unknown key"));
  EXPECT_THAT(refusal("cameras[0=x"), HasSubstr("unknown key"));
  EXPECT_THAT(refusal("cameras.name=x"), HasSubstr("write cameras[0]"));
  EXPECT_THAT(refusal("detector[0].score=1"), HasSubstr("not a list of cameras"));
  EXPECT_THAT(refusal("device.x=1"), HasSubstr("no keys below it"));
  EXPECT_THAT(refusal("detector.score=[0.1"), HasSubstr("not a value in YAML"));
  EXPECT_THAT(refusal("detector.score="), HasSubstr("found nothing"));
}

TEST_F(SetConfigValue, applies_several_together_whatever_their_order) {
  const std::vector<std::string> good{"detector.floor=0.5", "detector.score=0.6"};
  ASSERT_TRUE(set_config_values(config_, good).ok());
  EXPECT_EQ(config_.detector.floor, 0.5);
  const std::vector<std::string> bad{"detector.every=4", "detector.nms=7"};
  EXPECT_FALSE(set_config_values(config_, bad).ok());
  EXPECT_EQ(config_.detector.every, 1) << "all take effect or none";
}

TEST(MakeCamera, starts_from_the_top_level_and_hides_its_password) {
  Config config;
  config.outputs.detections = "/out.jsonl";
  const CameraConfig camera = make_camera(config, "gate", "rtsp://u:secret@h/x");
  EXPECT_EQ(camera.outputs, config.outputs);
  EXPECT_EQ(camera.source.reveal(), "rtsp://u:secret@h/x");
  EXPECT_EQ(camera.source_shown, "rtsp://u:***@h/x");
}

TEST(Finalise, merges_what_was_changed_by_hand_and_checks_it) {
  Config config;
  config.cameras = {make_camera(config, "a", "/a.mp4"), make_camera(config, "b", "/b.mp4")};
  config.detector.every = 5;
  config.outputs.video = "out-{camera}.mp4";
  ASSERT_TRUE(finalise(config).ok());
  EXPECT_EQ(config.cameras[1].detector.every, 5);
  EXPECT_EQ(config.cameras[1].outputs.video, "out-{camera}.mp4");
  config.outputs.video = "out.mp4";
  EXPECT_EQ(
      finalise(config).error().text(),
      "command line: outputs.video: cameras[0] and cameras[1] would write the same file; put {camera} into the name");
}

TEST(Finalise, refuses_texts_of_another_form) {
  Config config;
  config.device = "gpu";
  config.outputs.video = "{cam}.mp4";
  config.cameras = {make_camera(config, "", "/a.mp4")};
  EXPECT_EQ(finalise(config).error().text(),
            "command line: device: \"gpu\" is not a device; devices are cpu, cuda, cuda:N, several as cuda:N,M, and "
            "cuda:all\n"
            "command line: cameras[0].id: \"\" cannot be an id; use 1 to 64 of a to z, 0 to 9, _ and -\n"
            "command line: outputs.video: \"{cam}\" is not known; the only placeholder is {camera}");
}

TEST(Finalise, refuses_an_output_that_is_a_link_to_a_source) {
  const test::ConfigFolder folder;
  const std::string clip = folder.write("clip.mp4", "x");
  std::filesystem::create_symlink(clip, folder.path("out.mp4"));
  Config config;
  config.outputs.video = folder.path("out.mp4");
  config.cameras = {make_camera(config, "a", clip)};
  EXPECT_THAT(finalise(config).error().text(), HasSubstr("would overwrite the source of cameras[0]"));
}

TEST(Finalise, refuses_two_cameras_of_one_id) {
  Config config;
  config.cameras = {make_camera(config, "a", "/a.mp4"), make_camera(config, "a", "/b.mp4")};
  EXPECT_THAT(finalise(config).error().text(), HasSubstr("cameras[1].id: \"a\" is taken"));
}

}  // namespace
}  // namespace lyn
