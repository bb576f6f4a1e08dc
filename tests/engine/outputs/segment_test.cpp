#include "engine/outputs/segment.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace lyn {
namespace {

class SegmentTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / ("segments-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string at(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name) const { std::ofstream(folder_ / name) << "x"; }

  std::filesystem::path folder_;
};

TEST_F(SegmentTest, KeepsANameThatIsFree) {
  EXPECT_EQ(free_segment(at("out.mp4")), at("out.mp4"));
  EXPECT_EQ(free_segment("-"), "-");
  EXPECT_EQ(free_segment("/dev/null"), "/dev/null");
}

TEST_F(SegmentTest, CountsOnWhereTheNameIsTaken) {
  write("out.mp4");
  EXPECT_EQ(free_segment(at("out.mp4")), at("out-2.mp4"));
  write("out-2.mp4");
  EXPECT_EQ(free_segment(at("out.mp4")), at("out-3.mp4"));
}

TEST_F(SegmentTest, CountsByAnotherMeasureOfWhatIsTaken) {
  write("out-000.mp4");
  const auto begun = [](const std::string& name) {
    const std::filesystem::path path(name);
    return std::filesystem::exists(path.parent_path() / (path.stem().string() + "-000.mp4"));
  };
  EXPECT_EQ(first_free(at("out.mp4"), begun), at("out-2.mp4"));
  EXPECT_EQ(first_free(at("other.mp4"), begun), at("other.mp4"));
}

TEST_F(SegmentTest, CountsFoldersToo) {
  std::filesystem::create_directory(folder_ / "kitti");
  EXPECT_EQ(free_segment(at("kitti")), at("kitti-2"));
}

}  // namespace
}  // namespace lyn
