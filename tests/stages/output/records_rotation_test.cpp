#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records_test_file.h"
#include "stages/output/record_file.h"

namespace lyn {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

/// Time that stands still until it is told to go on.
class HeldClock final : public Clock {
 public:
  Monotonic now() const override { return now_; }
  Wall wall() const override { return {}; }
  void go_on(std::chrono::milliseconds by) { now_ += by; }

 private:
  Monotonic now_{};
};

class Rotating : public ::testing::Test {
 protected:
  RecordFile open(const Rotation& rotation) {
    return std::move(*RecordFile::open(folder_.path("a"), rotation, clock_));
  }
  std::string old(int number) const { return folder_.content("a." + std::to_string(number)); }
  bool exists(const std::string& name) const { return std::filesystem::exists(folder_.path(name)); }

  const test::RecordFolder folder_;
  HeldClock clock_;
};

TEST_F(Rotating, by_size_keeps_whole_lines_in_files_of_at_most_that_size) {
  RecordFile file = open({10, {}, 5});
  for (const char* line : {"one\n", "two\n", "three\n", "four\n", "a very long one\n", "six\n"}) {
    ASSERT_TRUE(file.append(line).ok());
  }
  EXPECT_EQ(folder_.content("a"), "six\n");
  EXPECT_EQ(old(1), "a very long one\n");
  EXPECT_EQ(old(2), "four\n");
  EXPECT_EQ(old(3), "three\n");
  EXPECT_EQ(old(4), "one\ntwo\n");
}

TEST_F(Rotating, keeps_so_many_full_files_and_no_more) {
  RecordFile file = open({4, {}, 2});
  for (const char* line : {"111\n", "222\n", "333\n", "444\n", "555\n"}) ASSERT_TRUE(file.append(line).ok());
  EXPECT_EQ(folder_.content("a"), "555\n");
  EXPECT_EQ(old(1), "444\n");
  EXPECT_EQ(old(2), "333\n");
  EXPECT_FALSE(exists("a.3"));
}

TEST_F(Rotating, without_any_to_keep_begins_the_file_anew) {
  RecordFile file = open({4, {}, 0});
  for (const char* line : {"111\n", "222\n"}) ASSERT_TRUE(file.append(line).ok());
  EXPECT_EQ(folder_.content("a"), "222\n");
  EXPECT_FALSE(exists("a.1"));
}

TEST_F(Rotating, by_age_begins_a_file_with_the_first_line_that_is_due) {
  RecordFile file = open({0, 1h, 5});
  ASSERT_TRUE(file.append("one\n").ok());
  clock_.go_on(59min);
  ASSERT_TRUE(file.append("two\n").ok());
  clock_.go_on(1min);
  ASSERT_TRUE(file.append("three\n").ok());
  EXPECT_EQ(folder_.content("a"), "three\n");
  EXPECT_EQ(old(1), "one\ntwo\n");
}

TEST_F(Rotating, by_age_leaves_an_empty_file_where_it_is) {
  RecordFile file = open({0, 1s, 5});
  clock_.go_on(5s);
  ASSERT_TRUE(file.append("one\n").ok());
  EXPECT_FALSE(exists("a.1"));
}

TEST_F(Rotating, in_a_folder_that_is_gone_says_so) {
  std::filesystem::create_directory(folder_.path("d"));
  auto file = RecordFile::open(folder_.path("d/a"), {4, {}, 1}, clock_);
  ASSERT_TRUE(file->append("111\n").ok());
  std::filesystem::remove_all(folder_.path("d"));
  const Status status = file->append("222\n");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::output);
  EXPECT_THAT(status.error().text(), HasSubstr("create the folder " + folder_.path("d")));
}

TEST_F(Rotating, is_refused_for_what_is_no_file) {
  EXPECT_THAT(RecordFile::open("/dev/null", {4, {}, 1}, clock_).error().text(), HasSubstr("no regular file"));
  EXPECT_THAT(RecordFile::open("-", {4, {}, 1}, clock_).error().text(), HasSubstr("no regular file"));
  EXPECT_TRUE(RecordFile::open("/dev/null", {}, clock_).ok());
}

TEST_F(Rotating, tells_of_a_file_that_was_deleted_meanwhile) {
  RecordFile file = open({});
  ASSERT_TRUE(file.append("one\n").ok());
  EXPECT_TRUE(file.still_there().ok());
  std::filesystem::remove(folder_.path("a"));
  EXPECT_THAT(file.still_there().error().text(), HasSubstr("was deleted"));
}

}  // namespace
}  // namespace lyn
