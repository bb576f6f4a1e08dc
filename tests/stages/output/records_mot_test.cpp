#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "records_test_file.h"
#include "stages/output/records.h"

namespace lyn {
namespace {

TEST(Mot, lists_confirmed_tracks_with_frames_counted_from_one) {
  const test::RecordFolder folder;
  const std::array<Detection, 3> found{
      {{{10, 20, 40.5F, 80.25F}, 0, 0.875F}, {{1, 2, 3, 4}, 0, 0.5F}, {{5, 6, 8, 10}, 0, 0.25F}}};
  const std::array<std::int64_t, 3> ids{7, 0, 8};
  auto writer = open_mot(folder.path("out.txt"));
  ASSERT_TRUE(writer.ok());
  FrameRecord record;
  record.detections = found;
  record.track_ids = ids;
  ASSERT_TRUE((*writer)->write(record).ok());
  record.frame = 9;
  record.track_ids = std::span(ids).first(1);
  ASSERT_TRUE((*writer)->write(record).ok());
  EXPECT_EQ(folder.content("out.txt"),
            "1,7,10.00,20.00,30.50,60.25,0.8750,-1,-1,-1\n"
            "1,8,5.00,6.00,3.00,4.00,0.2500,-1,-1,-1\n"
            "10,7,10.00,20.00,30.50,60.25,0.8750,-1,-1,-1\n");
}

TEST(Mot, leaves_out_frames_without_tracks_and_boxes_that_are_no_numbers) {
  const test::RecordFolder folder;
  const std::array<Detection, 1> found{{{{std::numeric_limits<float>::quiet_NaN(), 0, 1, 1}, 0, 0.5F}}};
  const std::array<std::int64_t, 1> ids{1};
  auto writer = open_mot(folder.path("out.txt"));
  FrameRecord record;
  ASSERT_TRUE((*writer)->write(record).ok());
  record.detections = found;
  record.track_ids = ids;
  ASSERT_TRUE((*writer)->write(record).ok());
  EXPECT_EQ(folder.content("out.txt"), "");
}

}  // namespace
}  // namespace lyn
