#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <clocale>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "records_test_file.h"
#include "stages/output/records.h"

namespace lyn {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class JsonLines : public ::testing::Test {
 protected:
  /// The line that one record becomes.
  std::string line_of(const FrameRecord& record, bool with_tracks = false) {
    auto writer = open_jsonl(folder_.path("out.jsonl"), {with_tracks});
    EXPECT_TRUE(writer.ok());
    EXPECT_TRUE((*writer)->write(record).ok());
    return folder_.content("out.jsonl");
  }

  FrameRecord frame(std::uint64_t number) const {
    FrameRecord record;
    record.camera = "gate";
    record.seq = record.frame = number;
    record.pts = {static_cast<std::int64_t>(number) * 2, {1, 25}};
    record.labels = labels_;
    return record;
  }

  test::RecordFolder folder_;
  std::vector<std::string> labels_{"person", "car"};
  std::array<Detection, 2> found_{
      {{{412.1F, 96.0F, 501.7F, 340.2F}, 0, 0.8713F}, {{0.0F, 1.005F, 2.25F, 3.5F}, 1, 0.3F}}};
  std::array<std::int64_t, 2> ids_{3, 0};
};

TEST_F(JsonLines, hold_detections_with_the_track_once_it_is_confirmed) {
  FrameRecord record = frame(17);
  record.detections = found_;
  record.track_ids = ids_;
  EXPECT_EQ(line_of(record),
            R"({"v":1,"camera":"gate","seq":17,"frame":17,"pts":1.360000,"detections":[)"
            R"({"box":[412.10,96.00,501.70,340.20],"class":0,"label":"person","score":0.8713,"track":3},)"
            R"({"box":[0.00,1.00,2.25,3.50],"class":1,"label":"car","score":0.3000}]})"
            "\n");
}

TEST_F(JsonLines, hold_the_time_of_a_live_picture_and_the_start_of_its_camera) {
  FrameRecord record = frame(17);
  record.time_us = 1'709'164'800'000'007;  // date -ud @1709164800: a leap day
  record.epoch = 1'709'164'799'123;
  EXPECT_THAT(line_of(record),
              HasSubstr(R"("pts":1.360000,"time":"2024-02-29T00:00:00.000007Z","epoch":1709164799123,)"));
  record.time_us = -1;
  EXPECT_THAT(line_of(record), HasSubstr(R"("time":"1969-12-31T23:59:59.999999Z")"));
  EXPECT_THAT(line_of(frame(17)), Not(HasSubstr("\"time\"")));
}

TEST_F(JsonLines, hold_what_is_wrong_with_the_picture) {
  constexpr std::array<std::string_view, 2> kWrong{"frozen", "black"};
  FrameRecord record = frame(17);
  record.conditions = kWrong;
  EXPECT_THAT(line_of(record), HasSubstr(R"("conditions":["frozen","black"],"detections":[])"));
  EXPECT_THAT(line_of(frame(17)), Not(HasSubstr("conditions")));
}

TEST_F(JsonLines, hold_the_keypoints_of_detections_that_have_them) {
  const std::array<Keypoint, 2> points{{{1.0F, 2.345F, 0.5F}, {20.0F, 30.0F, 1.0F}}};
  FrameRecord record = frame(0);
  record.detections = found_;
  record.keypoints_each = 2;
  record.keypoints = points;
  const json line = json::parse(line_of(record));
  EXPECT_EQ(line["detections"][0]["keypoints"], json::parse("[[1.00,2.35,0.5],[20.0,30.0,1.0]]"));
  EXPECT_FALSE(line["detections"][1].contains("keypoints"));
}

TEST_F(JsonLines, hold_the_masks_of_detections_that_have_them) {
  // 44 empty cells, then a full one, then 12 empty: the text has a letter that JSON escapes.
  const std::array<std::uint32_t, 2> bits{0, 0x1000};
  const std::array<Mask, 1> masks{{{{8.0F, -4.0F, 40.0F, 3.5F}, 1, 57, bits}}};
  FrameRecord record = frame(0);
  record.detections = found_;
  record.masks = masks;
  const json line = json::parse(line_of(record));
  EXPECT_EQ(line["detections"][0]["mask"],
            json::parse(R"({"area":[8.0,-4.0,40.0,3.5],"size":[57,1],"counts":"\\11<"})"));
  EXPECT_FALSE(line["detections"][1].contains("mask"));
}

TEST_F(JsonLines, hold_the_classes_of_a_picture_also_when_there_are_none) {
  const std::array<ClassScore, 1> classes{{{1, 0.75F}}};
  FrameRecord record = frame(0);
  record.classified = true;
  EXPECT_THAT(line_of(record), HasSubstr(R"("detections":[],"classes":[]})"));
  record.classes = classes;
  EXPECT_THAT(line_of(record), HasSubstr(R"("detections":[],"classes":[{"class":1,"label":"car","score":0.7500}]})"));
}

TEST_F(JsonLines, are_written_for_frames_with_no_detection) {
  EXPECT_EQ(line_of(frame(0)),
            "{\"v\":1,\"camera\":\"gate\",\"seq\":0,\"frame\":0,\"pts\":0.000000,\"detections\":[]}\n");
}

TEST_F(JsonLines, say_why_a_frame_was_skipped_and_list_no_detections_then) {
  FrameRecord record = frame(1);
  record.skipped = "no_slot";
  record.detections = found_;
  EXPECT_EQ(line_of(record),
            "{\"v\":1,\"camera\":\"gate\",\"seq\":1,\"frame\":1,\"pts\":0.080000,\"skipped\":\"no_slot\"}\n");
}

TEST_F(JsonLines, mark_damage_jumps_and_the_hash_only_where_there_are_any) {
  FrameRecord record = frame(2);
  record.damaged = true;
  record.discontinuity = true;
  record.hash = 0x12abU;
  EXPECT_EQ(line_of(record),
            "{\"v\":1,\"camera\":\"gate\",\"seq\":2,\"frame\":2,\"pts\":0.160000,\"discontinuity\":true,"
            "\"damaged\":true,\"hash\":\"00000000000012ab\",\"detections\":[]}\n");
}

TEST_F(JsonLines, list_confirmed_tracks_where_asked_on_skipped_frames_too) {
  const std::array<Track, 3> tracks{{{1, {1, 2, 3, 4}, 0, 0.5F, TrackState::tracked, 12, 0},
                                     {2, {1, 2, 3, 4}, 0, 0.5F, TrackState::tentative, 1, 1},
                                     {3, {5, 6, 7, 8}, 1, 0.4F, TrackState::lost, 9, -1}}};
  FrameRecord record = frame(1);
  record.skipped = "every";
  record.tracks = tracks;
  EXPECT_THAT(line_of(record, true),
              HasSubstr(R"("skipped":"every","tracks":[{"id":1,"box":[1.00,2.00,3.00,4.00],"class":0,"label":"person",)"
                        R"("score":0.5000,"state":"tracked","age":12},{"id":3,"box":[5.00,6.00,7.00,8.00],"class":1,)"
                        R"("label":"car","score":0.4000,"state":"lost","age":9}]})"));
  EXPECT_THAT(line_of(record, false), Not(HasSubstr("tracks")));
}

TEST_F(JsonLines, stay_json_whatever_the_labels_and_camera_hold) {
  labels_ = {"a\"b\\c\n\x01", "\xff\xfe caf\xc3\xa9"};
  FrameRecord record = frame(0);
  record.camera = "q\"";
  record.detections = found_;
  const json line = json::parse(line_of(record));
  EXPECT_EQ(line["camera"], "q\"");
  EXPECT_EQ(line["detections"][0]["label"], labels_[0]);
  EXPECT_EQ(line["detections"][1]["label"], "\xEF\xBF\xBD\xEF\xBF\xBD caf\xC3\xA9");
}

TEST_F(JsonLines, label_a_class_that_has_none_by_its_number) {
  const std::array<Detection, 2> found{{{{}, 80, 0.5F}, {{}, -1, 0.5F}}};
  FrameRecord record = frame(0);
  record.detections = found;
  const json line = json::parse(line_of(record));
  EXPECT_EQ(line["detections"][0]["label"], "80");
  EXPECT_EQ(line["detections"][1]["label"], "-1");
}

TEST_F(JsonLines, never_print_what_is_no_number) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const std::array<Detection, 1> found{{{{kNan, -kInfinity, kInfinity, 1}, 0, kNan}}};
  FrameRecord record = frame(0);
  record.pts.ticks = kNoTimestamp;
  record.detections = found;
  const json line = json::parse(line_of(record));
  EXPECT_TRUE(line["pts"].is_null());
  EXPECT_EQ(line["detections"][0]["box"], json::parse("[null,null,null,1.0]"));
  EXPECT_TRUE(line["detections"][0]["score"].is_null());
}

TEST_F(JsonLines, have_ffprobes_text_for_times) {
  FrameRecord record = frame(0);
  record.pts = {1001, {1, 30'000}};
  EXPECT_THAT(line_of(record), HasSubstr("\"pts\":0.033367,"));
  record.pts = {-512, {1, 12'800}};
  EXPECT_THAT(line_of(record), HasSubstr("\"pts\":-0.040000,"));
  record.pts = {8'589'934'592, {1, 90'000}};
  EXPECT_THAT(line_of(record), HasSubstr("\"pts\":95443.717689,"));
}

TEST_F(JsonLines, of_nonempty_frames_leave_out_those_with_nothing_in_them) {
  auto writer = open_jsonl(folder_.path("out.jsonl"), {false, true});
  FrameRecord full = frame(1);
  full.detections = found_;
  FrameRecord skipped = frame(2);
  skipped.skipped = "every";
  for (const FrameRecord& record : {frame(0), full, skipped}) ASSERT_TRUE((*writer)->write(record).ok());
  const std::string content = folder_.content("out.jsonl");
  EXPECT_EQ(std::count(content.begin(), content.end(), '\n'), 1);
  EXPECT_THAT(content, HasSubstr("\"frame\":1,"));
}

TEST_F(JsonLines, of_nonempty_frames_keep_those_with_a_track_where_tracks_are_listed) {
  const std::array<Track, 1> tentative{{{1, {0, 0, 1, 1}, 0, 0.5F, TrackState::tentative, 1, -1}}};
  const std::array<Track, 1> lost{{{1, {0, 0, 1, 1}, 0, 0.5F, TrackState::lost, 9, -1}}};
  auto writer = open_jsonl(folder_.path("out.jsonl"), {true, true});
  FrameRecord record = frame(0);
  record.tracks = tentative;
  ASSERT_TRUE((*writer)->write(record).ok());
  EXPECT_EQ(folder_.content("out.jsonl"), "");
  record.tracks = lost;
  ASSERT_TRUE((*writer)->write(record).ok());
  EXPECT_THAT(folder_.content("out.jsonl"), HasSubstr("\"state\":\"lost\""));
}

TEST_F(JsonLines, do_not_depend_on_the_locale) {
  FrameRecord record = frame(17);
  record.detections = found_;
  const std::string before = line_of(record);
  if (std::setlocale(LC_ALL, "de_DE.UTF-8") == nullptr) std::setlocale(LC_ALL, "C.UTF-8");
  const std::string after = line_of(record);
  std::setlocale(LC_ALL, "C");
  EXPECT_EQ(after, before);
}

TEST_F(JsonLines, are_the_same_bytes_for_the_same_records) {
  const auto run = [&](const std::string& name) {
    auto writer = open_jsonl(folder_.path(name), {true});
    for (std::uint64_t i = 0; i < 200; ++i) {
      FrameRecord record = frame(i);
      record.detections = found_;
      record.track_ids = ids_;
      EXPECT_TRUE((*writer)->write(record).ok());
    }
    return folder_.content(name);
  };
  EXPECT_EQ(run("a.jsonl"), run("b.jsonl"));
}

TEST_F(JsonLines, are_in_the_file_when_write_returns) {
  auto writer = open_jsonl(folder_.path("live.jsonl"), {false});
  ASSERT_TRUE((*writer)->write(frame(0)).ok());
  EXPECT_THAT(folder_.content("live.jsonl"), HasSubstr("\"seq\":0"));
}

TEST_F(JsonLines, of_several_cameras_in_one_file_stay_whole_and_in_order_per_camera) {
  auto writer = open_jsonl(folder_.path("shared.jsonl"), {false});
  constexpr std::uint64_t kLines = 500;
  std::vector<std::thread> lanes;
  for (const char* camera : {"a", "b", "c"}) {
    lanes.emplace_back([&, camera] {
      for (std::uint64_t i = 0; i < kLines; ++i) {
        FrameRecord record = frame(i);
        record.camera = camera;
        record.detections = found_;
        EXPECT_TRUE((*writer)->write(record).ok());
      }
    });
  }
  for (std::thread& lane : lanes) lane.join();
  std::map<std::string, std::uint64_t> next;
  std::istringstream lines(folder_.content("shared.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    const json record = json::parse(line);
    EXPECT_EQ(record["seq"], next[record["camera"]]++);
  }
  EXPECT_EQ(next, (std::map<std::string, std::uint64_t>{{"a", kLines}, {"b", kLines}, {"c", kLines}}));
}

}  // namespace
}  // namespace lyn
