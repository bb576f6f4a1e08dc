#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "records_test_file.h"
#include "stages/output/record_file.h"
#include "stages/output/records.h"

namespace lyn {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

TEST(RecordFile, starts_empty_and_takes_what_is_appended) {
  const test::RecordFolder folder;
  { ASSERT_TRUE(RecordFile::open(folder.path("a"))->append("old\n").ok()); }
  auto file = RecordFile::open(folder.path("a"));
  ASSERT_TRUE(file.ok());
  EXPECT_TRUE(file->append("one\n").ok());
  EXPECT_TRUE(file->append("two\n").ok());
  EXPECT_EQ(folder.content("a"), "one\ntwo\n");
}

Error refusal(const std::string& path) {
  const auto writer = open_jsonl(path, {false});
  EXPECT_FALSE(writer.ok());
  return writer.ok() ? Error{} : writer.error();
}

TEST(RecordFile, that_cannot_be_created_names_the_cause_and_the_remedy) {
  const test::RecordFolder folder;
  const std::string missing = folder.path("none/out.jsonl");
  EXPECT_EQ(refusal(missing).kind, ErrorKind::output);
  EXPECT_EQ(refusal(missing).text(), "cannot write " + missing + ": No such file or directory; create the folder " +
                                         folder.path("none") + " first");
  EXPECT_THAT(refusal(folder.path("")).text(), HasSubstr("Is a directory; name a file in it"));
  EXPECT_THAT(open_mot(missing).error().text(), HasSubstr("create the folder"));
}

/// Takes root's right to write everywhere from this process, until it ends.
class AsNobody {
 public:
  AsNobody() : before_(geteuid()) {
    constexpr uid_t kNobody = 65534;
    if (before_ == 0 && seteuid(kNobody) != 0) ADD_FAILURE() << "cannot leave root";
  }
  ~AsNobody() {
    if (seteuid(before_) != 0) ADD_FAILURE() << "cannot come back";
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;

 private:
  uid_t before_;
};

TEST(RecordFile, without_permission_says_so) {
  const test::RecordFolder folder;
  chmod(folder.path("").c_str(), 0500);
  const AsNobody nobody;
  EXPECT_THAT(refusal(folder.path("x")).text(), HasSubstr("Permission denied; give this user the right"));
}

TEST(RecordFile, on_a_full_device_says_so) {
  auto writer = open_jsonl("/dev/full", {false});
  ASSERT_TRUE(writer.ok());
  const Status status = (*writer)->write(FrameRecord{});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::output);
  EXPECT_THAT(status.error().text(), HasSubstr("/dev/full: No space left on device; free space there"));
}

/// Lets files of this process grow to so many bytes, until it ends.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
    old_ = std::signal(SIGXFSZ, SIG_IGN);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, old_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*old_)(int) = nullptr;
};

TEST(RecordFile, cuts_off_what_a_failed_write_left_of_a_line) {
  const test::RecordFolder folder;
  auto file = RecordFile::open(folder.path("a"));
  ASSERT_TRUE(file->append("a whole line\n").ok());
  {
    const FileSizeLimit limit(20);
    EXPECT_FALSE(file->append("a line that does not fit\n").ok());
  }
  EXPECT_EQ(folder.content("a"), "a whole line\n");
  EXPECT_TRUE(file->append("the next\n").ok());
  EXPECT_EQ(folder.content("a"), "a whole line\nthe next\n");
}

TEST(RecordFile, named_with_a_dash_is_standard_output) {
  testing::internal::CaptureStdout();
  ASSERT_TRUE(RecordFile::open("-")->append("to the terminal\n").ok());
  ASSERT_TRUE(RecordFile::open("-")->append("again\n").ok());
  EXPECT_THAT(testing::internal::GetCapturedStdout(), EndsWith("to the terminal\nagain\n"));
}

}  // namespace
}  // namespace lyn
