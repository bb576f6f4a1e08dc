#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "config/config.h"

namespace lyn {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// The error of `yaml` as the file "c.yaml"; fails where it is accepted.
std::string refusal(const std::string& yaml) {
  const Result<Config> config = parse_config(yaml, "c.yaml");
  if (config.ok()) {
    ADD_FAILURE() << "accepted:\n" << yaml;
    return "";
  }
  EXPECT_EQ(config.error().kind, ErrorKind::usage);
  return config.error().text();
}

std::string in_camera(const std::string& keys) {
  return refusal("version: 1\ncameras:\n  - {id: a, source: a.mp4, " + keys + "}\n");
}

TEST(StrictYaml, names_an_unknown_key_with_its_place_and_the_nearest) {
  EXPECT_EQ(refusal("version: 1\ncameras:\n  - id: a\n    source: x\n    sorce: y\n"),
            "c.yaml:5:5: cameras[0].sorce: unknown key; nearest is \"source\"");
}

TEST(StrictYaml, refuses_a_video_that_is_neither_mp4_nor_matroska) {
  EXPECT_EQ(in_camera("outputs: {video: a.avi}"),
            "c.yaml:3:45: cameras[0].outputs.video: \".avi\" is not written; name an .mp4 or an .mkv");
  for (const char* name : {"o.mp4", "o.MKV", "o", "/dev/fd/3"}) {
    const std::string yaml =
        "version: 1\noutputs: {video: " + std::string(name) + "}\ncameras:\n  - {id: a, source: a.mp4}\n";
    EXPECT_TRUE(parse_config(yaml, "c.yaml").ok()) << name;
  }
}

TEST(StrictYaml, lists_what_is_known_where_nothing_is_near) {
  EXPECT_EQ(refusal("version: 1\ntracker: {appearance_model: x}\n"),
            "c.yaml:2:11: tracker.appearance_model: unknown key; known are kind");
}

TEST(StrictYaml, refuses_a_duplicate_key_and_names_both_lines) {
  EXPECT_EQ(refusal("version: 1\ndetector:\n  score: 0.3\n  score: 0.4\n"),
            "c.yaml:4:3: detector.score: duplicate key; it stands in line 3 already");
}

TEST(StrictYaml, refuses_anchors_aliases_and_tags) {
  const std::string aliased = refusal("version: 1\ndetector: &d {score: 0.4}\ntracker: *d\n");
  EXPECT_THAT(aliased, HasSubstr("c.yaml:2:11: detector: anchors are not allowed"));
  EXPECT_THAT(aliased, HasSubstr("c.yaml:3:10: tracker: aliases are not allowed; write the value out"));
  EXPECT_THAT(refusal("version: !!int 1\n"), HasSubstr("version: tags are not allowed"));
}

TEST(StrictYaml, refuses_a_type_other_than_the_tag_says) {
  EXPECT_EQ(in_camera("name: 5"), "c.yaml:3:34: cameras[0].name: expected text, found a number; put it in quotes");
  EXPECT_THAT(in_camera("name: true"), HasSubstr("expected text, found a boolean"));
  EXPECT_THAT(in_camera("name: [x]"), HasSubstr("expected text, found a list"));
  EXPECT_THAT(in_camera("source2: 5"), HasSubstr("unknown key"));
  EXPECT_THAT(refusal("version: \"1\"\n"), HasSubstr("version: expected a whole number, found text"));
  EXPECT_THAT(refusal("version: 1.0\n"), HasSubstr("expected a whole number, found a number"));
  EXPECT_THAT(refusal("version: 1\ndetector: {score: high}\n"), HasSubstr("expected a number, found text"));
  EXPECT_THAT(refusal("version: 1\ndetector: {score: }\n"), HasSubstr("expected a number, found nothing"));
  EXPECT_THAT(refusal("version: 1\ndetector: 5\n"), HasSubstr("expected a map of keys, found a number"));
  EXPECT_THAT(refusal("version: 1\ncameras: {id: a}\n"), HasSubstr("expected a list of cameras, found a map"));
  EXPECT_THAT(refusal("version: 1\ndetector: {classes: person}\n"), HasSubstr("expected a list of texts"));
  EXPECT_THAT(refusal("version: 1\ndetector: {classes: [person, 5]}\n"),
              HasSubstr("detector.classes[1]: expected text, found a number"));
}

TEST(StrictYaml, refuses_scores_and_regions_of_another_form) {
  EXPECT_THAT(refusal("version: 1\ndetector: {scores: [0.5]}\n"),
              HasSubstr("detector.scores: expected a map of numbers by label such as {person: 0.5}, found a list"));
  EXPECT_THAT(refusal("version: 1\ndetector: {scores: {person: high}}\n"),
              HasSubstr("detector.scores.person: expected a number, found text"));
  EXPECT_THAT(refusal("version: 1\ndetector: {scores: {person: 1.5}}\n"),
              HasSubstr("detector.scores.person: 1.5 is out of range; it goes from 0 to 1"));
  EXPECT_THAT(refusal("version: 1\ndetector: {regions: [[0, 1]]}\n"),
              HasSubstr("detector.regions[0]: expected a list of 3 to 64 corners"));
  EXPECT_THAT(refusal("version: 1\ndetector: {regions: [[[0, 0], [1, 0], [1]]]}\n"),
              HasSubstr("detector.regions[0][2]: expected [x, y] in shares of the picture"));
  EXPECT_THAT(refusal("version: 1\ndetector: {regions: [[[0, 0], [640, 0], [1, 1]]]}\n"),
              HasSubstr("detector.regions[0][1][0]: 640 is out of range"));
}

TEST(StrictYaml, knows_only_true_and_false_as_booleans) {
  for (const char* word : {"True", "FALSE", "yes", "on", "1", "\"true\""}) {
    EXPECT_THAT(refusal(std::string("version: 1\noutputs: {tracks: ") + word + "}\n"), HasSubstr("true or false"));
  }
}

TEST(StrictYaml, refuses_values_out_of_range) {
  EXPECT_EQ(refusal("version: 1\ndetector: {score: 1.5}\n"),
            "c.yaml:2:19: detector.score: 1.5 is out of range; it goes from 0 to 1");
  for (const char* wrong : {"score: -0.1", "score: .nan", "score: .inf", "score: 1e999", "nms: 2", "floor: -1",
                            "every: 0", "threads: -1", "every: 99999999999999999999", "batch: {size: 0}",
                            "batch: {size: 257}", "batch: {deadline_ms: 0}", "batch: {deadline_ms: 1001}"}) {
    EXPECT_THAT(refusal(std::string("version: 1\ndetector: {") + wrong + "}\n"), HasSubstr("out of range")) << wrong;
  }
  EXPECT_THAT(refusal("version: 1\ndetector: {every: 0x10}\n"), HasSubstr("not in decimal"));
  EXPECT_THAT(in_camera("weight: 0"), HasSubstr("0 is out of range; it goes from 0.01 to 100"));
  EXPECT_THAT(refusal("version: 1\nobjective: {latency: 0s}\n"), HasSubstr("objective.latency: 0s is out of range"));
  EXPECT_THAT(refusal("version: 1\nobjective: {rate: -1}\n"), HasSubstr("objective.rate: -1 is out of range"));
  EXPECT_THAT(in_camera("stall_timeout: 1ms"), HasSubstr("1ms is out of range; it goes from 100ms to 1h"));
}

TEST(StrictYaml, refuses_a_malformed_duration) {
  for (const char* wrong : {"5", "5.5s", "s", "5 s", "-5s", "5d", "9999999999s", "\"\""}) {
    EXPECT_THAT(in_camera(std::string("stall_timeout: ") + wrong), HasSubstr("a duration such as 5s")) << wrong;
  }
}

TEST(StrictYaml, names_the_nearest_of_the_known_values) {
  EXPECT_EQ(
      in_camera("tls: \"pin:12\""),
      "c.yaml:3:33: cameras[0].tls: \"pin:12\" is no such policy; write verify, insecure or pin:<sha256>, 64 digits of "
      "base 16");
  EXPECT_EQ(in_camera("transport: tpc"), "c.yaml:3:39: cameras[0].transport: \"tpc\" is not known; nearest is \"tcp\"");
  EXPECT_THAT(in_camera("matrix: rec"), HasSubstr("known are bt601, bt709, bt2020"));
  EXPECT_THAT(refusal("version: 1\ntracker: {kind: bytetrak}\n"), HasSubstr("nearest is \"bytetrack\""));
  EXPECT_THAT(refusal("version: 1\noutputs: {codec: h265}\n"), HasSubstr("nearest is \"h264\""));
  EXPECT_THAT(refusal("version: 1\ndevice: gpu\n"),
              HasSubstr("devices are cpu, cuda, cuda:N, several as cuda:N,M, and cuda:all"));
}

TEST(StrictYaml, refuses_ids_of_another_form_missing_or_taken) {
  EXPECT_THAT(refusal("version: 1\ncameras: [{id: Gate, source: a}]\n"), HasSubstr("cannot be an id"));
  EXPECT_THAT(refusal("version: 1\ncameras: [{id: \"\", source: a}]\n"), HasSubstr("cannot be an id"));
  EXPECT_THAT(refusal("version: 1\ncameras: [{id: " + std::string(65, 'a') + ", source: a}]\n"),
              HasSubstr("cannot be an id"));
  EXPECT_EQ(refusal("version: 1\ncameras: [{source: a}]\n"),
            "c.yaml:2:11: cameras[0].id: missing; it is required here");
  EXPECT_EQ(refusal("version: 1\ncameras:\n- {id: a, source: a}\n- {id: a, source: b}\n"),
            "c.yaml:4:8: cameras[1].id: \"a\" is taken by cameras[0]; give each camera its own id");
}

TEST(StrictYaml, requires_version_and_source) {
  EXPECT_THAT(refusal("device: cpu\n"), HasSubstr("version: missing"));
  EXPECT_THAT(refusal("version: 1\ncameras: [{id: a}]\n"), HasSubstr("cameras[0].source: missing"));
  EXPECT_THAT(refusal("version: 1\ncameras: [{id: a, source: \"\"}]\n"), HasSubstr("cameras[0].source: empty"));
  EXPECT_THAT(refusal(""), HasSubstr("nothing in it"));
  EXPECT_THAT(refusal("# only a comment\n"), HasSubstr("nothing in it"));
}

TEST(StrictYaml, says_syntax_errors_in_the_same_form) {
  EXPECT_THAT(refusal("version: 1\ncameras: [\n"), StartsWith("c.yaml:"));
  EXPECT_THAT(refusal("version: 1\ncameras: [\n"), HasSubstr("not valid YAML: "));
  EXPECT_THAT(refusal("version: 1\n\tdevice: cpu\n"), StartsWith("c.yaml:2:"));
  EXPECT_THAT(refusal("version: 1\n---\nversion: 1\n"), HasSubstr("a second document"));
  EXPECT_THAT(refusal("version: 1\n? [a]\n: b\n"), HasSubstr("a key must be text"));
}

TEST(StrictYaml, says_all_errors_at_once_in_order_of_place) {
  EXPECT_EQ(refusal("version: 1\nfoo_bar_baz: 1\ndetector: {every: 0}\ndevise: cpu\n"),
            "c.yaml:2:1: foo_bar_baz: unknown key; known are version, device, state_dir, witnesses, admission, decode, "
            "detector, "
            "tracker, objective, conditions, "
            "outputs, cameras\n"
            "c.yaml:3:19: detector.every: 0 is out of range; it goes from 1 to 100000\n"
            "c.yaml:4:1: devise: unknown key; nearest is \"device\"");
}

TEST(StrictYaml, stops_counting_errors_at_twenty) {
  std::string yaml = "version: 1\n";
  for (int i = 0; i < 50; ++i) yaml += "zz" + std::to_string(i) + ": 1\n";
  const std::string error = refusal(yaml);
  EXPECT_EQ(std::count(error.begin(), error.end(), '\n'), 20);
  EXPECT_THAT(error, EndsWith("c.yaml: and 30 more"));
}

TEST(StrictYaml, bounds_depth_and_size) {
  EXPECT_THAT(refusal("version: " + std::string(40, '[') + std::string(40, ']') + "\n"), HasSubstr("32 levels"));
  EXPECT_THAT(refusal("version: " + std::string(100'000, '[') + "\n"), StartsWith("c.yaml:1:"));
  EXPECT_THAT(refusal("version: 1\n" + std::string(1U << 20U, '#')), HasSubstr("larger than 1 MiB"));
}

TEST(StrictYaml, refuses_bytes_that_are_no_text) {
  EXPECT_THAT(refusal("version: 1\nname: \xff\n"), StartsWith("c.yaml:2:7: not plain UTF-8 text"));
  EXPECT_THAT(refusal(std::string("version: 1\n\0x: 1", 16)), StartsWith("c.yaml:2:1: not plain UTF-8"));
  EXPECT_THAT(refusal("version: 1\n\x04"), HasSubstr("not plain UTF-8"));
  EXPECT_THAT(in_camera("name: \"a\\nb\""), HasSubstr("control characters are not allowed"));
}

TEST(StrictYaml, keeps_terminal_codes_out_of_messages) {
  EXPECT_THAT(refusal("version: 1\n\"\\e[31m\": 1\n"), HasSubstr("\\x1b[31m: unknown key"));
}

TEST(Relations, refuse_tensors_of_motion) {
  EXPECT_EQ(refusal("version: 1\ndetector: {model: motion}\noutputs: {tensors: t}\ncameras: [{id: a, source: b}]\n"),
            "c.yaml:3:20: outputs.tensors: model motion has no input tensor; remove the key, or name a model card");
}

TEST(Relations, refuse_a_precision_that_nothing_would_heed) {
  EXPECT_EQ(refusal("version: 1\ndetector: {precision: fp16}\n"),
            "c.yaml:2:23: detector.precision: fp16 needs detector.engine tensorrt; leave it out, or make a copy of the "
            "model in fp16");
  EXPECT_THAT(in_camera("detector: {precision: fp16}"), HasSubstr("cameras[0].detector.precision: fp16 needs"));
  EXPECT_TRUE(parse_config("version: 1\ndetector: {engine: tensorrt, precision: fp16}\n", "c.yaml").ok());
}

TEST(Relations, refuse_a_score_of_a_label_below_the_floor) {
  EXPECT_EQ(refusal("version: 1\ndetector: {floor: 0.2, scores: {car: 0.1}}\n"),
            "c.yaml:2:32: detector.scores: car 0.1 is below floor 0.2; lower detector.floor");
}

TEST(Relations, refuse_a_floor_above_the_score) {
  EXPECT_EQ(refusal("version: 1\ndetector: {score: 0.3, floor: 0.4}\n"),
            "c.yaml:2:31: detector.floor: floor 0.4 is above score 0.3; lower detector.floor or raise detector.score");
  EXPECT_THAT(in_camera("detector: {score: 0.05}"), HasSubstr("cameras[0].detector.score: floor 0.1 is above"));
}

constexpr const char* kTwoCameras = "cameras: [{id: a, source: a.mp4}, {id: b, source: b.mp4}]\n";

TEST(Relations, require_camera_in_names_that_cameras_cannot_share) {
  for (const char* key : {"video", "mot", "coco", "frames", "tensors"}) {
    const std::string with = std::string("version: 1\noutputs: {") + key;
    EXPECT_EQ(refusal(with + ": one}\n" + kTwoCameras),
              "c.yaml:2:" + std::to_string(13 + std::string(key).size()) + ": outputs." + key +
                  ": cameras[0] and cameras[1] would write the same file; put {camera} into the name");
    EXPECT_TRUE(parse_config(with + ": \"one-{camera}\"}\n" + kTwoCameras, "c.yaml").ok());
  }
  EXPECT_TRUE(parse_config(std::string("version: 1\noutputs: {detections: one}\n") + kTwoCameras, "c.yaml").ok());
}

TEST(Relations, let_cameras_share_a_folder_of_files_that_carry_their_number) {
  EXPECT_TRUE(parse_config(std::string("version: 1\noutputs: {kitti: one}\n") + kTwoCameras, "c.yaml").ok());
  EXPECT_THAT(in_camera("outputs: {kitti: x, kitti_tracks: x}"), HasSubstr("outputs.kitti would write the same file"));
  EXPECT_THAT(in_camera("outputs: {kitti: \"-\"}"), HasSubstr("name a folder"));
}

TEST(Relations, take_sizes_with_their_unit_only) {
  for (const char* size : {"500KB", "1MB", "64MiB", "2GB"}) {
    EXPECT_TRUE(parse_config(std::string("version: 1\noutputs: {rotate: {size: ") + size + "}}\n", "c.yaml").ok());
  }
  for (const char* size : {"0MB", "MB", "5", "5 MB", "5mb", "-5MB", "5.5MB", "1234567890MB", "5TB"}) {
    EXPECT_THAT(refusal(std::string("version: 1\noutputs: {rotate: {size: \"") + size + "\"}}\n"),
                HasSubstr("is not a size; write 500KB, 100MB or 64MiB"))
        << size;
  }
}

TEST(Relations, refuse_a_rotation_that_cannot_be) {
  EXPECT_THAT(in_camera("outputs: {detections: \"-\", rotate: {size: 1MB}}"),
              HasSubstr("cameras[0].outputs.rotate.size: needs a file in outputs.detections"));
  EXPECT_THAT(in_camera("outputs: {detections: \"-\", rotate: {every: 1h}}"),
              HasSubstr("cameras[0].outputs.rotate.every: needs a file"));
  const std::string two = "version: 1\noutputs: {detections: one.jsonl, rotate: {size: 1MB}}\ncameras:\n";
  EXPECT_THAT(refusal(two + "  - {id: a, source: a.mp4}\n  - {id: b, source: b.mp4, outputs: {rotate: {size: 2MB}}}\n"),
              HasSubstr("cameras[1].outputs.rotate.size: cameras[0] rotates the same file otherwise"));
  EXPECT_TRUE(parse_config(two + "  - {id: a, source: a.mp4}\n  - {id: b, source: b.mp4}\n", "c.yaml").ok());
}

TEST(Relations, refuse_two_outputs_of_one_name_and_an_output_over_a_source) {
  EXPECT_THAT(in_camera("outputs: {video: x, mot: x}"), HasSubstr("outputs.mot: outputs.video would write the same"));
  EXPECT_THAT(in_camera("outputs: {video: a.mp4}"),
              HasSubstr("cameras[0].outputs.video: would overwrite the source of cameras[0]"));
}

TEST(Relations, refuse_placeholders_other_than_camera) {
  EXPECT_THAT(refusal("version: 1\noutputs: {video: \"{cam}.mp4\"}\n"), HasSubstr("\"{cam}\" is not known"));
}

}  // namespace
}  // namespace lyn
