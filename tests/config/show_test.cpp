#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "config/config.h"

namespace lyn {
namespace {

TEST(ShowConfig, prints_defaults_and_each_cameras_own_keys) {
  const auto config = parse_config(
      "version: 1\ndevice: cpu\ncameras:\n  - {id: gate, source: /a.mp4, stall_timeout: 60s, detector: {score: 0.5}}\n",
      "c.yaml");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(show_config(*config), R"(version: 1
device: "cpu"
state_dir: ""
witnesses: "auto"
admission: "off"
decode:
  threads: 1
  interlaced: "weave"
detector:
  model: ""
  score: 0.3
  scores: {}
  floor: 0.1
  nms: 0.45
  classes: []
  regions: []
  every: 1
  threads: 0
  engine: "default"
  precision: "fp32"
  known_answer: 1m
  batch:
    size: 8
    deadline_ms: 20
  motion:
    sensitivity: 0.5
    min_area: 0.0005
tracker:
  kind: "bytetrack"
objective:
  latency: 1s
  rate: 0
conditions:
  frozen: true
  black: true
  covered: true
  moved: true
outputs:
  detections: ""
  video: ""
  codec: "h264"
  preset: "ultrafast"
  segment: 0ms
  audio: true
  mot: ""
  coco: ""
  kitti: ""
  kitti_tracks: ""
  frames: ""
  tensors: ""
  frame_hash: false
  tracks: false
  only: "all"
  rotate:
    size: ""
    every: 0ms
    keep: 5
  snapshots:
    dir: ""
    when: "track"
    every: 10s
    quality: 85
cameras:
  - id: "gate"
    name: ""
    enabled: true
    weight: 1
    device: ""
    source: "/a.mp4"
    transport: "tcp"
    tls: "verify"
    allow_hosts: []
    still_rate: 25
    stall_timeout: 1m
    detector:
      score: 0.5
)");
}

/// A random configuration that is valid, in the file's own language.
std::string random_config(std::mt19937& random) {
  const auto pick = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most + 1)); };
  const auto number = [&] { return std::to_string(static_cast<double>(pick(1'000'000)) / 1'000'000.0); };
  const auto detector = [&] {
    return "{scores: {\"a: b\": " + number() + "}, regions: [[[0, " + number() +
           "], [1, 0], [0.5, 1]]], score: " + number() + ", floor: 0, nms: " + number() +
           ", every: " + std::to_string(1 + pick(9)) + ", classes: [\"" +
           std::string(static_cast<std::size_t>(pick(3)), 'x') + "\", \"q\\\"\\\\\\u00e9:#\"]}";
  };
  std::string yaml = "version: 1\ndetector: " + detector() +
                     "\noutputs: {video: \"o {camera} ' # .mp4\", tracks: " + (pick(1) == 1 ? "true" : "false") +
                     "}\ncameras:\n";
  for (int i = 0; i <= pick(3); ++i) {
    yaml += "  - {id: c" + std::to_string(i) + ", source: \"dir/$${x} " + std::to_string(i) +
            ".mp4\", stall_timeout: " + std::to_string(100 + pick(5'000)) + "ms";
    if (pick(1) == 1) yaml += ", matrix: bt601";
    if (pick(1) == 1) yaml += ", detector: " + detector();
    if (pick(1) == 1) yaml += ", name: \"\\u732b - true\"";
    yaml += "}\n";
  }
  return yaml;
}

TEST(ShowConfig, parses_again_to_the_same_value) {
  std::mt19937 random(7);
  for (int i = 0; i < 300; ++i) {
    const std::string yaml = random_config(random);
    const auto first = parse_config(yaml, "/some/folder/c.yaml");
    ASSERT_TRUE(first.ok()) << first.error().text() << "\n" << yaml;
    const std::string shown = show_config(*first);
    const auto second = parse_config(shown, "/other/folder/d.yaml");
    ASSERT_TRUE(second.ok()) << second.error().text() << "\n" << shown;
    EXPECT_EQ(*second, *first) << yaml << "\n" << shown;
    EXPECT_EQ(show_config(*second), shown);
  }
}

TEST(ShowConfig, of_no_cameras_parses_again) {
  const auto again = parse_config(show_config(Config{}), "c.yaml");
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(*again, Config{});
}

}  // namespace
}  // namespace lyn
