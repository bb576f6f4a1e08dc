#include "engine/outputs/output_pause.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "engine/outputs/pausing_writer.h"

namespace lyn {
namespace {

using namespace std::chrono_literals;

class HandClock final : public Clock {
 public:
  Monotonic now() const override { return Monotonic(at); }
  Wall wall() const override { return {}; }
  std::chrono::nanoseconds at{1h};
};

const Error kFull{ErrorKind::output, "out.mp4: no space left", "free some"};

class OutputPauseTest : public testing::Test {
 protected:
  OutputTrouble trouble() const {
    const auto outputs = tally_.summary().outputs;
    const auto found = outputs.find("video");
    return found == outputs.end() ? OutputTrouble() : found->second;
  }

  HandClock clock_;
  Tally tally_{"gate", "cpu"};
  OutputPause pause_{{"gate", "video", tally_, clock_, 1s}};
};

TEST_F(OutputPauseTest, IsTriedAgainAfterASecondThenTwoFourAndEightAtMost) {
  EXPECT_TRUE(pause_.wants());
  for (const auto wait : {1s, 2s, 4s, 8s, 8s}) {
    EXPECT_TRUE(pause_.failed(kFull));
    clock_.at += wait - 1ms;
    EXPECT_FALSE(pause_.wants());
    clock_.at += 1ms;
    EXPECT_TRUE(pause_.wants());
  }
  EXPECT_EQ(trouble().pauses, 1U);
  EXPECT_EQ(trouble().left_out, 5U);
  EXPECT_EQ(trouble().cause, kFull.text());
}

TEST_F(OutputPauseTest, IsOverOnceItHasWorkedForAsLongAsItTakesToSee) {
  ASSERT_TRUE(pause_.failed(kFull));
  clock_.at += 1s;
  pause_.worked();
  clock_.at += 999ms;
  pause_.worked();
  EXPECT_TRUE(pause_.paused());
  EXPECT_TRUE(pause_.wants());
  clock_.at += 1ms;
  pause_.worked();
  EXPECT_FALSE(pause_.paused());
  EXPECT_EQ(trouble().cause, "");
}

TEST_F(OutputPauseTest, GivesBackWhatNoWaitMends) {
  const Status status = pause_.failed({ErrorKind::device, "the device is lost", ""});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::device);
  EXPECT_FALSE(pause_.paused());
}

TEST_F(OutputPauseTest, HasItsFileLookedAtOnceASecond) {
  EXPECT_TRUE(pause_.look_is_due());
  clock_.at += 999ms;
  EXPECT_FALSE(pause_.look_is_due());
  clock_.at += 1ms;
  EXPECT_TRUE(pause_.look_is_due());
}

/// Does what it is told, and tells what was done.
struct ScriptedFile {
  explicit ScriptedFile(std::string& to) : said(to) {}
  Status finish() {
    said += "finish ";
    return {};
  }
  Status still_there() {
    said += "look ";
    return {};
  }
  std::string& said;
};

class PausingWriterTest : public OutputPauseTest {
 protected:
  Status write(PausingWriter<ScriptedFile>& file, const Status& outcome) {
    return file.write(
        [&]() -> Result<std::unique_ptr<ScriptedFile>> {
          said_ += "begin ";
          return std::make_unique<ScriptedFile>(said_);
        },
        [&](ScriptedFile&) -> Status {
          said_ += "put ";
          return outcome;
        });
  }
  std::unique_ptr<ScriptedFile> opened() { return std::make_unique<ScriptedFile>(said_); }

  std::string said_;
};

TEST_F(PausingWriterTest, WithoutAPauseGivesItsErrorBackAndKeepsTheFile) {
  PausingWriter<ScriptedFile> file(opened(), nullptr);
  EXPECT_TRUE(write(file, {}));
  EXPECT_FALSE(write(file, kFull));
  EXPECT_TRUE(file.is_open());
  EXPECT_EQ(said_, "put put ");
}

TEST_F(PausingWriterTest, FinishesAFileThatCannotBeWrittenAndGoesOnInAnother) {
  PausingWriter<ScriptedFile> file(opened(), &pause_);
  EXPECT_TRUE(write(file, kFull));
  EXPECT_FALSE(file.is_open());
  EXPECT_TRUE(pause_.paused());
  EXPECT_TRUE(write(file, {}));
  EXPECT_TRUE(file.is_open());
  EXPECT_EQ(said_, "put finish begin put look ");
}

TEST_F(PausingWriterTest, KeepsAFileWhoseTroubleIsNotItsOwn) {
  PausingWriter<ScriptedFile> file(opened(), &pause_);
  EXPECT_FALSE(write(file, Error{ErrorKind::device, "the device is lost", ""}));
  EXPECT_TRUE(file.is_open());
  EXPECT_EQ(said_, "put ");
}

}  // namespace
}  // namespace lyn
