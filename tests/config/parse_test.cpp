#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/config.h"
#include "config_test_files.h"

namespace lyn {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

Config parsed(const std::string& yaml, const std::string& name = "/etc/lynceus/a.yaml") {
  Result<Config> config = parse_config(yaml, name);
  EXPECT_TRUE(config.ok()) << config.error().text();
  return config.ok() ? *config : Config{};
}

TEST(ParseConfig, fills_in_defaults_where_a_key_is_absent) {
  EXPECT_EQ(parsed("version: 1\n"), Config{});
}

TEST(ParseConfig, reads_every_key) {
  const Config config = parsed(R"(version: 1
device: cuda:1
state_dir: /var/lib/lynceus
decode: {threads: 3}
detector: {model: none, score: 0.4, scores: {person: 0.5, "traffic light": 0.25}, regions: [[[0, 0.5], [1, 0.5], [0.5, 1]]], floor: 0.2, nms: 0.5, classes: [person, "car"], every: 2, threads: 4, batch: {size: 16, deadline_ms: 30}, motion: {sensitivity: 0.7, min_area: 0.01}}
tracker: {kind: none}
outputs: {detections: /o/d.jsonl, video: "/o/{camera}.mp4", codec: h264, preset: veryfast, mot: "/o/{camera}.txt", frames: "/o/{camera}.yuv", tensors: "/o/{camera}.f32", frame_hash: true, tracks: true, coco: "/o/{camera}.json", kitti: /o/kitti, kitti_tracks: "/o/{camera}", only: nonempty, rotate: {size: 64MiB, every: 1h, keep: 0}}
cameras:
  - id: gate
    name: The gate
    source: rtsp://10.0.0.7/main
    transport: udp
    stall_timeout: 2m
    matrix: bt709
)");
  EXPECT_EQ(config.device, "cuda:1");
  EXPECT_EQ(config.state_dir, "/var/lib/lynceus");
  EXPECT_EQ(config.decode.threads, 3);
  EXPECT_EQ(config.detector.model, "none");
  EXPECT_EQ(config.detector.score, 0.4);
  EXPECT_EQ(config.detector.floor, 0.2);
  EXPECT_EQ(config.detector.nms, 0.5);
  EXPECT_THAT(config.detector.classes, ElementsAre("person", "car"));
  EXPECT_EQ(config.detector.scores, (std::map<std::string, double>{{"person", 0.5}, {"traffic light", 0.25}}));
  EXPECT_EQ(config.detector.regions, (std::vector<Polygon>{{{0, 0.5}, {1, 0.5}, {0.5, 1}}}));
  EXPECT_EQ(config.detector.every, 2);
  EXPECT_EQ(config.detector.threads, 4);
  EXPECT_EQ(config.detector.batch, (BatchConfig{16, 30}));
  EXPECT_EQ(config.detector.motion.sensitivity, 0.7);
  EXPECT_EQ(config.detector.motion.min_area, 0.01);
  EXPECT_EQ(config.tracker.kind, "none");
  EXPECT_EQ(config.outputs.detections, "/o/d.jsonl");
  EXPECT_EQ(config.outputs.video, "/o/{camera}.mp4");
  EXPECT_EQ(config.outputs.preset, "veryfast");
  EXPECT_EQ(config.outputs.mot, "/o/{camera}.txt");
  EXPECT_EQ(config.outputs.frames, "/o/{camera}.yuv");
  EXPECT_EQ(config.outputs.tensors, "/o/{camera}.f32");
  EXPECT_TRUE(config.outputs.frame_hash);
  EXPECT_TRUE(config.outputs.tracks);
  EXPECT_EQ(config.outputs.coco, "/o/{camera}.json");
  EXPECT_EQ(config.outputs.kitti, "/o/kitti");
  EXPECT_EQ(config.outputs.kitti_tracks, "/o/{camera}");
  EXPECT_EQ(config.outputs.only, "nonempty");
  EXPECT_EQ(config.outputs.rotate, (RotateConfig{"64MiB", std::chrono::hours(1), 0}));
  ASSERT_EQ(config.cameras.size(), 1U);
  EXPECT_EQ(config.cameras[0].id, "gate");
  EXPECT_EQ(config.cameras[0].name, "The gate");
  EXPECT_EQ(config.cameras[0].source.reveal(), "rtsp://10.0.0.7/main");
  EXPECT_EQ(config.cameras[0].transport, "udp");
  EXPECT_EQ(config.cameras[0].stall_timeout, std::chrono::minutes(2));
  EXPECT_EQ(config.cameras[0].matrix, "bt709");
}

TEST(ParseConfig, takes_relative_paths_from_the_folder_of_the_file) {
  const Config config = parsed(
      "version: 1\ndetector: {model: ../m/card.yaml}\noutputs: {detections: out.jsonl}\n"
      "cameras: [{id: a, source: clips/a.mp4}, {id: b, source: /abs/b.mp4}, {id: c, source: \"rtsp://h/x\"}]\n");
  EXPECT_EQ(config.detector.model, "/etc/m/card.yaml");
  EXPECT_EQ(config.outputs.detections, "/etc/lynceus/out.jsonl");
  EXPECT_EQ(config.cameras[0].source.reveal(), "/etc/lynceus/clips/a.mp4");
  EXPECT_EQ(config.cameras[0].source_shown, "/etc/lynceus/clips/a.mp4");
  EXPECT_EQ(config.cameras[1].source.reveal(), "/abs/b.mp4");
  EXPECT_EQ(config.cameras[2].source.reveal(), "rtsp://h/x");
}

TEST(ParseConfig, gives_each_camera_the_top_level_with_its_own_overrides) {
  const Config config = parsed(R"(version: 1
cameras:
  - {id: a, source: a.mp4, detector: {score: 0.6, batch: {size: 2}}, tracker: {kind: none}, objective: {rate: 5}, weight: 2}
  - {id: b, source: b.mp4, outputs: {tracks: true}}
detector: {score: 0.5, every: 3}
objective: {latency: 400ms}
)");
  EXPECT_EQ(config.cameras[0].detector.score, 0.6);
  EXPECT_EQ(config.cameras[0].detector.every, 3);
  EXPECT_EQ(config.cameras[0].detector.batch, (BatchConfig{2, 20}));
  EXPECT_EQ(config.cameras[0].tracker.kind, "none");
  EXPECT_THAT(config.cameras[0].overrides,
              ElementsAre("detector.batch.size", "detector.score", "objective.rate", "tracker.kind"));
  EXPECT_EQ(config.cameras[0].objective, (ObjectiveConfig{std::chrono::milliseconds(400), 5}));
  EXPECT_EQ(config.cameras[0].weight, 2);
  EXPECT_EQ(config.cameras[1].objective, (ObjectiveConfig{std::chrono::milliseconds(400), 0}));
  EXPECT_EQ(config.cameras[1].detector, config.detector);
  EXPECT_TRUE(config.cameras[1].outputs.tracks);
  EXPECT_FALSE(config.outputs.tracks);
}

TEST(ParseConfig, reads_durations_in_each_unit) {
  const auto timeout = [](const std::string& text) {
    return parsed("version: 1\ncameras: [{id: a, source: a, stall_timeout: " + text + "}]\n")
        .cameras.at(0)
        .stall_timeout;
  };
  EXPECT_EQ(timeout("250ms"), std::chrono::milliseconds(250));
  EXPECT_EQ(timeout("5s"), std::chrono::seconds(5));
  EXPECT_EQ(timeout("\"1h\""), std::chrono::hours(1));
}

TEST(ParseConfig, takes_quoted_digits_as_text_and_plain_words_too) {
  const Config config = parsed("version: 1\ncameras: [{id: \"5\", name: yes, source: a}]\n");
  EXPECT_EQ(config.cameras[0].id, "5");
  EXPECT_EQ(config.cameras[0].name, "yes");
}

TEST(LoadConfig, reads_a_file_and_names_it_in_errors) {
  const test::ConfigFolder folder;
  const std::string good = folder.write("good.yaml", "version: 1\noutputs: {detections: d.jsonl}\n");
  const std::string bad = folder.write("bad.yaml", "version: 2\n");
  ASSERT_TRUE(load_config(good).ok());
  EXPECT_EQ(load_config(good)->outputs.detections, folder.path("d.jsonl"));
  EXPECT_EQ(load_config(bad).error().what, bad + ":1:10: version: 2 is out of range; it can only be 1");
}

TEST(LoadConfig, says_why_a_file_cannot_be_read) {
  const test::ConfigFolder folder;
  EXPECT_THAT(load_config(folder.path("none.yaml")).error().text(),
              EndsWith("No such file or directory; check the path"));
  EXPECT_THAT(load_config(folder.path("")).error().text(), HasSubstr("Is a directory"));
  EXPECT_THAT(load_config("/dev/zero").error().text(), HasSubstr("larger than 1024 KiB"));
  EXPECT_EQ(load_config(folder.path("none.yaml")).error().kind, ErrorKind::usage);
}

TEST(OutputPath, replaces_every_camera_and_nothing_else) {
  EXPECT_EQ(output_path("/o/{camera}/{camera}.mp4", "gate"), "/o/gate/gate.mp4");
  EXPECT_EQ(output_path("plain.jsonl", "gate"), "plain.jsonl");
  EXPECT_EQ(output_path("", "gate"), "");
}

}  // namespace
}  // namespace lyn
