#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <thread>

#include "records_test_file.h"
#include "stages/output/coco_categories.h"
#include "stages/output/records.h"

namespace lyn {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Json = nlohmann::json;

class Coco : public ::testing::Test {
 protected:
  std::unique_ptr<RecordWriter> open() { return std::move(*open_coco(folder_.path("out.json"), labels_)); }
  Json array() const { return Json::parse(folder_.content("out.json")); }
  FrameRecord frame(std::uint64_t number) const {
    FrameRecord record;
    record.frame = number;
    record.detections = found_;
    return record;
  }

  const test::RecordFolder folder_;
  std::vector<std::string> labels_{"person", "tv"};
  std::array<Detection, 2> found_{{{{10, 20, 40.5F, 80.25F}, 0, 0.875F}, {{1, 2, 3, 4}, 1, 0.5F}}};
};

TEST_F(Coco, holds_one_entry_a_detection_with_width_and_height) {
  auto writer = open();
  ASSERT_TRUE(writer->write(frame(7)).ok());
  ASSERT_TRUE(writer->write(FrameRecord{}).ok());
  ASSERT_TRUE(writer->write(frame(9)).ok());
  ASSERT_TRUE(writer->flush().ok());
  EXPECT_EQ(folder_.content("out.json"),
            "[\n{\"image_id\":7,\"category_id\":1,\"bbox\":[10.00,20.00,30.50,60.25],\"score\":0.8750},\n"
            "{\"image_id\":7,\"category_id\":72,\"bbox\":[1.00,2.00,2.00,2.00],\"score\":0.5000},\n"
            "{\"image_id\":9,\"category_id\":1,\"bbox\":[10.00,20.00,30.50,60.25],\"score\":0.8750},\n"
            "{\"image_id\":9,\"category_id\":72,\"bbox\":[1.00,2.00,2.00,2.00],\"score\":0.5000}\n]\n");
}

TEST_F(Coco, has_masks_of_the_whole_picture_and_keypoints_where_the_model_gives_them) {
  const std::uint32_t bits = 0b11;
  const std::array<Mask, 1> masks{{{{1, 0, 3, 1}, 2, 1, {&bits, 1}}}};
  const std::array<Keypoint, 2> points{{{1.5F, 2, 0.75F}, {3, 4.25F, 1}}};
  FrameRecord record = frame(3);
  record.picture_width = 4;
  record.picture_height = 2;
  record.masks = masks;
  record.keypoints = points;
  record.keypoints_each = 2;
  auto writer = open();
  ASSERT_TRUE(writer->write(record).ok());
  const Json entries = array();
  // Two pixels in the first row, in columns 1 and 2: 2 empty, 1 filled, 1 empty, 1 filled (the 0 more of the text), 3.
  EXPECT_EQ(entries[0]["segmentation"], Json::parse(R"({"size":[2,4],"counts":"21102"})"));
  EXPECT_EQ(entries[0]["keypoints"], Json::parse("[1.5,2,0.75,3,4.25,1]"));
  EXPECT_FALSE(entries[1].contains("segmentation"));
  EXPECT_FALSE(entries[1].contains("keypoints"));
  record.picture_width = 0;
  ASSERT_TRUE(writer->write(record).ok());
  EXPECT_FALSE(array()[2].contains("segmentation")) << "where the picture's size is not known";
}

TEST_F(Coco, is_a_whole_array_at_every_moment) {
  auto writer = open();
  EXPECT_EQ(array().size(), 0U);
  for (std::size_t i = 1; i <= 20; ++i) {
    ASSERT_TRUE(writer->write(frame(i)).ok());
    EXPECT_EQ(array().size(), 2 * i);
  }
}

TEST_F(Coco, leaves_out_boxes_that_are_no_numbers) {
  found_[0].box.x1 = std::numeric_limits<float>::infinity();
  auto writer = open();
  ASSERT_TRUE(writer->write(frame(0)).ok());
  EXPECT_EQ(array().size(), 1U);
}

TEST_F(Coco, categories_are_sparse_and_know_both_names_of_a_thing) {
  EXPECT_THAT(coco_categories({"person", "stop sign", "toothbrush", "motorbike", "motorcycle"}),
              ElementsAre(1, 13, 90, 4, 4));
}

TEST_F(Coco, classes_of_another_set_of_labels_count_from_one) {
  EXPECT_THAT(coco_categories({"person", "forklift"}), ElementsAre(1, 2));
  EXPECT_THAT(coco_categories({"forklift", "person"}), ElementsAre(1, 2));
  EXPECT_EQ(coco_category("forklift"), 0);
}

TEST_F(Coco, categories_of_the_80_labels_are_80_different_ones_up_to_90) {
  std::ifstream file(std::string(LYN_SOURCE_DIR) + "/models/coco.names");
  std::vector<std::string> labels;
  for (std::string line; std::getline(file, line);) labels.push_back(line);
  ASSERT_EQ(labels.size(), 80U);
  const std::vector<int> ids = coco_categories(labels);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
  EXPECT_EQ(ids.back(), 90);
  EXPECT_EQ(ids[11], 13) << "12 is one of the gaps";
}

TEST_F(Coco, ends_the_array_in_a_pipe_too) {
  const std::string pipe = folder_.path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::string read;
  std::thread reader([&] {
    std::ifstream from(pipe, std::ios::binary);
    read.assign(std::istreambuf_iterator<char>(from), {});
  });
  {
    auto writer = open_coco(pipe, labels_);
    EXPECT_TRUE(writer.ok());
    EXPECT_TRUE((*writer)->write(frame(3)).ok());
    EXPECT_TRUE((*writer)->flush().ok());
    EXPECT_TRUE((*writer)->flush().ok()) << "a second one adds nothing";
  }
  reader.join();
  EXPECT_EQ(Json::parse(read).size(), 2U);
}

TEST_F(Coco, that_cannot_be_written_says_so) {
  const Error missing = open_coco(folder_.path("none/out.json"), labels_).error();
  EXPECT_EQ(missing.kind, ErrorKind::output);
  EXPECT_THAT(missing.text(), HasSubstr("create the folder"));
  const Error full = open_coco("/dev/full", labels_).error();
  EXPECT_THAT(full.text(), HasSubstr("No space left"));
}

/// A limit on the file's size stands for a disk that fills up in the middle of an entry.
TEST_F(Coco, is_the_array_it_was_when_the_disk_fills_up) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    auto writer = open();
    const rlimit limit{1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    for (std::uint64_t i = 0; i < 20; ++i) {
      if (!writer->write(frame(i)).ok()) ::_exit(6);
    }
    ::_exit(0);
  }
  int state = -1;
  ASSERT_EQ(::waitpid(child, &state, 0), child);
  EXPECT_EQ(WEXITSTATUS(state), 6);
  EXPECT_GE(array().size(), 8U);
}

TEST_F(Coco, that_was_deleted_meanwhile_says_so_in_the_end) {
  auto writer = open();
  ASSERT_TRUE(writer->write(frame(0)).ok());
  std::filesystem::remove(folder_.path("out.json"));
  EXPECT_THAT(writer->flush().error().text(), HasSubstr("was deleted"));
}

}  // namespace
}  // namespace lyn
