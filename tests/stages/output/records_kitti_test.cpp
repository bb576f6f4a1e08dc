#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>

#include "records_test_file.h"
#include "stages/output/records.h"

namespace lyn {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Kitti : public ::testing::Test {
 protected:
  Kitti() {
    record_.labels = labels_;
    record_.detections = found_;
    record_.track_ids = ids_;
  }

  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path("k"))) {
      all.push_back(entry.path().filename().string());
    }
    std::sort(all.begin(), all.end());
    return all;
  }

  const test::RecordFolder folder_;
  const std::vector<std::string> labels_{"person", "traffic light"};
  std::array<Detection, 2> found_{{{{10, 20, 40.5F, 80.25F}, 0, 0.875F}, {{1, 2, 3, 4}, 1, 0.5F}}};
  std::array<std::int64_t, 2> ids_{0, 17};
  FrameRecord record_;
};

TEST_F(Kitti, has_a_file_a_frame_named_by_camera_and_frame) {
  auto writer = open_kitti(folder_.path("k"), 2, false);
  ASSERT_TRUE(writer.ok()) << writer.error().text();
  record_.frame = 41;
  ASSERT_TRUE((*writer)->write(record_).ok());
  EXPECT_THAT(names(), ElementsAre("00_002_000041.txt"));
  EXPECT_EQ(folder_.content("k/00_002_000041.txt"),
            "person 0.0 0 0.0 10.000000 20.000000 40.500000 80.250000 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.875000\n"
            "traffic_light 0.0 0 0.0 1.000000 2.000000 3.000000 4.000000 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.500000\n");
}

TEST_F(Kitti, of_tracks_has_the_id_after_the_label) {
  auto writer = open_kitti(folder_.path("k"), 0, true);
  ASSERT_TRUE((*writer)->write(record_).ok());
  EXPECT_EQ(folder_.content("k/00_000_000000.txt"),
            "traffic_light 17 0.0 0 0.0 1.000000 2.000000 3.000000 4.000000 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.500000\n");
}

TEST_F(Kitti, has_an_empty_file_where_nothing_was_found_and_none_where_nobody_looked) {
  auto writer = open_kitti(folder_.path("k"), 0, false);
  record_.detections = {};
  ASSERT_TRUE((*writer)->write(record_).ok());
  record_.frame = 1;
  record_.skipped = "every";
  ASSERT_TRUE((*writer)->write(record_).ok());
  EXPECT_THAT(names(), ElementsAre("00_000_000000.txt"));
  EXPECT_EQ(folder_.content("k/00_000_000000.txt"), "");
}

TEST_F(Kitti, leaves_out_boxes_that_are_no_numbers_and_names_unknown_classes_by_number) {
  found_[0].score = std::numeric_limits<float>::quiet_NaN();
  found_[1].class_id = 5;
  auto writer = open_kitti(folder_.path("k"), 0, false);
  ASSERT_TRUE((*writer)->write(record_).ok());
  EXPECT_EQ(folder_.content("k/00_000_000000.txt").substr(0, 6), "5 0.0 ");
}

TEST_F(Kitti, removes_its_cameras_files_of_an_earlier_run_and_no_others) {
  std::filesystem::create_directory(folder_.path("k"));
  for (const char* name :
       {"00_001_000000.txt", "00_001_000009.txt", "00_001_000009.txt.part", "00_002_000000.txt", "notes.txt"}) {
    std::ofstream(folder_.path(std::string("k/") + name)) << "old\n";
  }
  auto writer = open_kitti(folder_.path("k"), 1, false);
  ASSERT_TRUE(writer.ok());
  EXPECT_THAT(names(), ElementsAre("00_002_000000.txt", "notes.txt"));
}

TEST_F(Kitti, in_a_folder_that_cannot_be_made_says_so) {
  const Error error = open_kitti(folder_.path("none/k"), 0, false).error();
  EXPECT_EQ(error.kind, ErrorKind::output);
  EXPECT_THAT(error.text(), HasSubstr("create the folder " + folder_.path("none")));
}

TEST_F(Kitti, whose_folder_is_gone_says_so_and_leaves_no_half_files) {
  auto writer = open_kitti(folder_.path("k"), 0, false);
  std::filesystem::remove_all(folder_.path("k"));
  const Status written = (*writer)->write(record_);
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().kind, ErrorKind::output);
  EXPECT_THAT(written.error().text(), HasSubstr(folder_.path("k")));
}

}  // namespace
}  // namespace lyn
