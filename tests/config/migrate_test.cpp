#include "config/migrate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "config/config.h"
#include "config_test_files.h"

namespace lyn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Fate = MigratedKey::Fate;

/// The new configuration of `json`, read back.
Config migrated(const std::string& json, const MigrationPlace& place = {"old.json", "", {}}) {
  const auto migration = migrate_config(json, place);
  EXPECT_TRUE(migration.ok()) << (migration.ok() ? "" : migration.error().text());
  if (!migration) return {};
  const auto config = parse_config(migration->yaml, "/etc/lynceus/new.yaml");
  EXPECT_TRUE(config.ok()) << (config.ok() ? "" : config.error().what) << migration->yaml;
  return config ? *config : Config();
}

MigratedKey key_of(const std::string& json, const std::string& key) {
  const auto migration = migrate_config(json, {"old.json", "", {}});
  if (!migration) return {"refused", Fate::dropped, "", migration.error().text()};
  const auto found = std::find_if(migration->keys.begin(), migration->keys.end(),
                                  [&](const MigratedKey& candidate) { return candidate.key == key; });
  return found == migration->keys.end() ? MigratedKey{"not reported", Fate::dropped, "", ""} : *found;
}

std::string refusal(const std::string& json) {
  const auto migration = migrate_config(json, {"old.json", "", {}});
  return migration ? "taken" : migration.error().what;
}

TEST(Migrate, takes_streams_as_a_list_of_objects) {
  const Config config = migrated(R"({"cameras": {"RTSP_STREAMS": [
    {"name": "Living Room Camera", "url": "rtsp://10.0.0.7/a?", "width": 1920, "height": 1080, "enabled": false},
    {"name": "Kitchen", "url": "rtsp://10.0.0.8/b", "width": 1280, "height": 720}]}})");
  ASSERT_EQ(config.cameras.size(), 2U);
  EXPECT_EQ(config.cameras[0].id, "living-room-camera");
  EXPECT_EQ(config.cameras[0].name, "Living Room Camera");
  EXPECT_FALSE(config.cameras[0].enabled);
  EXPECT_EQ(config.cameras[0].source.reveal(), "rtsp://10.0.0.7/a?");
  EXPECT_EQ(config.cameras[1].id, "kitchen");
  EXPECT_TRUE(config.cameras[1].enabled);
}

TEST(Migrate, knows_that_trails_are_drawn) {
  for (const std::string key : {"SHOW_TRAILS", "SHOW_TRACES"}) {
    const auto fate = [&](const std::string& value) {
      return key_of("{\"visualization\": {\"" + key + "\": " + value + "}}", "visualization." + key).fate;
    };
    EXPECT_EQ(fate("true"), Fate::kept) << key;
    EXPECT_EQ(fate("false"), Fate::dropped) << key;
  }
}

TEST(Migrate, takes_streams_as_names_and_urls) {
  const Config config = migrated(R"({"cameras": {"RTSP_STREAMS": {"Gate": "rtsp://h/1", "Hof Süd": "rtsp://h/2"}}})");
  ASSERT_EQ(config.cameras.size(), 2U);
  EXPECT_EQ(config.cameras[0].id, "gate");
  EXPECT_EQ(config.cameras[1].id, "hof-s-d");
  EXPECT_EQ(config.cameras[1].name, "Hof Süd");
}

TEST(Migrate, takes_streams_as_urls_files_and_a_webcam) {
  const Config config = migrated(R"({"cameras": {"RTSP_STREAMS": ["rtsp://h/1", "rtsp://h/2"],
    "VIDEO_FILES": ["clips/a.mp4"], "USE_WEBCAM": true}})");
  std::vector<std::string> seen;
  for (const CameraConfig& camera : config.cameras) seen.push_back(camera.id + " " + camera.source.reveal());
  EXPECT_THAT(seen, ElementsAre("camera-1 rtsp://h/1", "camera-2 rtsp://h/2", "camera3 /etc/lynceus/clips/a.mp4",
                                "webcam /dev/video0"));
}

TEST(Migrate, gives_two_cameras_of_one_name_two_ids) {
  const Config config = migrated(R"({"cameras": {"RTSP_STREAMS": [{"name": "Yard", "url": "rtsp://h/1"},
    {"name": "yard", "url": "rtsp://h/2"}, {"name": "!", "url": "rtsp://h/3"}]}})");
  ASSERT_EQ(config.cameras.size(), 3U);
  EXPECT_EQ(config.cameras[1].id, "yard-2");
  EXPECT_EQ(config.cameras[2].id, "camera3");
}

TEST(Migrate, leaves_out_a_camera_without_a_usable_url_and_says_so) {
  const std::string json =
      R"({"cameras": {"RTSP_STREAMS": [{"name": "a"}, {"url": "rtsp://h/\n"}, 1.5, null, {"url": "rtsp://h/2"}]}})";
  EXPECT_EQ(migrated(json).cameras.size(), 1U);
  EXPECT_THAT(key_of(json, "cameras.RTSP_STREAMS[0]").why, HasSubstr("left out"));
  EXPECT_THAT(key_of(json, "cameras.RTSP_STREAMS[1]").why, HasSubstr("left out"));
  EXPECT_THAT(key_of(json, "cameras.RTSP_STREAMS[2]").why, HasSubstr("left out"));
}

TEST(Migrate, keeps_passwords_out_of_the_report_and_in_the_configuration) {
  const std::string json = R"({"cameras": {"RTSP_STREAMS": {"rtsp://u:hunter2@h/1": "rtsp://u:hunter2@h/${x}"}}})";
  const auto migration = migrate_config(json, {"old.json", "", {}});
  ASSERT_TRUE(migration.ok());
  for (const MigratedKey& key : migration->keys) EXPECT_THAT(key.key + key.now + key.why, Not(HasSubstr("hunter2")));
  EXPECT_EQ(migrated(json).cameras.at(0).source.reveal(), "rtsp://u:hunter2@h/${x}");
}

TEST(Migrate, carries_over_what_the_detector_is_told) {
  const Config config = migrated(R"({"models": {"MODEL_PATH": "models/yolo11m.onnx", "DEVICE": "cuda:1",
    "MODEL_CONFIDENCE_THRESHOLD": 0.25, "MODEL_IOU_THRESHOLD": 0.5, "TARGET_CLASSES": [0, 2],
    "CLASS_NAMES": {"0": "person", "2": "car"}, "ENABLE_TENSORRT": true, "TENSORRT_FP16": true},
    "processing": {"GPU_BATCH_SIZE": 2, "FRAME_SKIP": 2, "ANALYSIS_FRAME_INTERVAL": 2},
    "tracking": {"ENABLE_TRACKING": false}})");
  EXPECT_EQ(config.device, "cuda:1");
  EXPECT_EQ(config.detector.model, "/etc/lynceus/models/yolo11m.yaml");
  EXPECT_EQ(config.detector.score, 0.25);
  EXPECT_EQ(config.detector.nms, 0.5);
  EXPECT_THAT(config.detector.classes, ElementsAre("person", "car"));
  EXPECT_EQ(config.detector.engine, "tensorrt");
  EXPECT_EQ(config.detector.precision, "fp16");
  EXPECT_EQ(config.detector.batch.size, 2);
  EXPECT_EQ(config.detector.every, 3);
  EXPECT_EQ(config.tracker.kind, "none");
}

TEST(Migrate, asks_for_no_tensorrt_on_cpu) {
  const Config config = migrated(R"({"models": {"DEVICE": "cpu", "ENABLE_TENSORRT": true, "TENSORRT_FP16": true}})");
  EXPECT_EQ(config.device, "cpu");
  EXPECT_EQ(config.detector.engine, "default");
  EXPECT_EQ(config.detector.precision, "fp32");
}

TEST(Migrate, takes_cuda_where_only_a_gpu_would_do) {
  EXPECT_EQ(migrated(R"({"models": {"FORCE_GPU_ONLY": true}})").device, "cuda");
  EXPECT_EQ(migrated(R"({"models": {"FORCE_GPU_ONLY": false}})").device, "cpu");
}

TEST(Migrate, lowers_the_floor_with_a_low_score) {
  EXPECT_EQ(migrated(R"({"models": {"MODEL_CONFIDENCE_THRESHOLD": 0.05}})").detector.floor, 0.05);
}

TEST(Migrate, names_classes_by_the_names_at_hand_and_drops_what_has_none) {
  const std::string json = R"({"models": {"TARGET_CLASSES": [1]}})";
  EXPECT_THAT(migrated(json, {"old.json", "", {"person", "bicycle"}}).detector.classes, ElementsAre("bicycle"));
  EXPECT_TRUE(migrated(json).detector.classes.empty());
  EXPECT_EQ(key_of(json, "models.TARGET_CLASSES").fate, Fate::dropped);
}

TEST(Migrate, makes_outputs_of_what_was_saved) {
  const Config config = migrated(R"({"output": {"OUTPUT_DIR": "out", "SAVE_DETECTIONS": true, "SAVE_VIDEO": true,
    "VIDEO_CODEC": "hvc1", "SAVE_FRAMES": true, "FRAME_SAVE_INTERVAL": 50, "JPEG_QUALITY": 90},
    "cameras": {"FRAME_RATE": 25}})");
  EXPECT_EQ(config.outputs.detections, "/etc/lynceus/out/detections.jsonl");
  EXPECT_EQ(config.outputs.video, "/etc/lynceus/out/{camera}.mp4");
  EXPECT_EQ(config.outputs.codec, "hevc");
  EXPECT_EQ(config.outputs.snapshots.dir, "/etc/lynceus/out/frames");
  EXPECT_EQ(config.outputs.snapshots.when, "time");
  EXPECT_EQ(config.outputs.snapshots.every, std::chrono::milliseconds(2000));
  EXPECT_EQ(config.outputs.snapshots.quality, 90);
}

TEST(Migrate, writes_nothing_that_was_not_saved) {
  const Config config = migrated(R"({"output": {"OUTPUT_DIR": "out", "SAVE_VIDEO": false, "JPEG_QUALITY": 90}})");
  EXPECT_EQ(config.outputs, OutputsConfig());
}

TEST(Migrate, turns_relative_paths_towards_the_old_folder) {
  const Config config =
      migrated(R"({"models": {"MODEL_PATH": "a.onnx"}, "cameras": {"VIDEO_FILES": ["/b.mp4", "c.mp4"]}})",
               {"old.json", "../old", {}});
  EXPECT_EQ(config.detector.model, "/etc/old/a.yaml");
  EXPECT_EQ(config.cameras.at(0).source.reveal(), "/b.mp4");
  EXPECT_EQ(config.cameras.at(1).source.reveal(), "/etc/old/c.mp4");
}

TEST(Migrate, tells_what_holds_anyway_from_what_has_no_effect) {
  const std::string json = R"({"processing": {"USE_UNIFIED_GPU_PIPELINE": true, "NVDEC_FALLBACK_TO_CPU": true,
    "MAX_QUEUE_SIZE": 20, "NO_SUCH_KEY": 1}, "elsewhere": 3})";
  EXPECT_EQ(key_of(json, "processing.USE_UNIFIED_GPU_PIPELINE").fate, Fate::kept);
  EXPECT_EQ(key_of(json, "processing.NVDEC_FALLBACK_TO_CPU").fate, Fate::dropped);
  EXPECT_EQ(key_of(json, "processing.MAX_QUEUE_SIZE").fate, Fate::dropped);
  EXPECT_THAT(key_of(json, "processing.NO_SUCH_KEY").why, HasSubstr("no key of the old application"));
  EXPECT_EQ(key_of(json, "elsewhere").fate, Fate::dropped);
}

TEST(Migrate, reports_each_key_of_the_whole_old_file_and_knows_it) {
  std::ifstream file(test::repository_file("tests/fuzz/corpus/migrate/whole.json"));
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  const auto migration = migrate_config(json, {"old.json", "", {}});
  ASSERT_TRUE(migration.ok()) << migration.error().text();
  EXPECT_EQ(migrated(json).cameras.size(), 3U);
  for (const MigratedKey& key : migration->keys) {
    EXPECT_THAT(key.why, Not(HasSubstr("no key of"))) << key.key;
    EXPECT_TRUE(!key.now.empty() || !key.why.empty()) << key.key;
    EXPECT_EQ(key.now.empty(), key.fate != Fate::renamed) << key.key;
  }
}

TEST(Migrate, drops_values_that_make_no_sense) {
  const std::string json = R"({"models": {"MODEL_CONFIDENCE_THRESHOLD": "high", "DEVICE": "tpu", "MODEL_PATH": 3},
    "processing": {"GPU_BATCH_SIZE": 0, "FRAME_SKIP": -1}, "cameras": 4, "tracking": []})";
  EXPECT_EQ(migrated(json).detector, DetectorConfig());
  EXPECT_EQ(key_of(json, "models.MODEL_CONFIDENCE_THRESHOLD").fate, Fate::dropped);
  EXPECT_EQ(key_of(json, "processing.GPU_BATCH_SIZE").fate, Fate::dropped);
  EXPECT_EQ(key_of(json, "tracking").fate, Fate::dropped);
}

TEST(Migrate, says_where_the_json_breaks_without_quoting_it) {
  EXPECT_THAT(refusal("{\"app\": {},\n  \"ä\": \"rtsp://u:hunter2@h\" \"x\"}"), HasSubstr("old.json:2:31: "));
  EXPECT_THAT(refusal("{\"app\": {},\n  \"ä\": \"rtsp://u:hunter2@h\" \"x\"}"), Not(HasSubstr("hunter2")));
  EXPECT_THAT(refusal("{\"app\": {"), HasSubstr("old.json:1:10: the file ends"));
  EXPECT_THAT(refusal(""), HasSubstr("the file ends"));
  EXPECT_THAT(refusal("[]"), HasSubstr("old.json:1:1: is no object of sections"));
  EXPECT_THAT(refusal(std::string((1U << 20U) + 1, ' ')), HasSubstr("larger than 1024 KiB"));
}

TEST(Migrate, refuses_what_the_new_configuration_would_refuse) {
  EXPECT_THAT(
      refusal(R"({"cameras": {"VIDEO_FILES": ["output/detections.jsonl"]}, "output": {"SAVE_DETECTIONS": true}})"),
      HasSubstr("would overwrite the source"));
}

}  // namespace
}  // namespace lyn
