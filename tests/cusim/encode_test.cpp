// Snapshots and MJPEG video of a whole run on the stand-in, and every function of nvJPEG made to fail in it: an error
// of the device in words, and all given back.
#include <gmock/gmock.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <iterator>
#include <map>
#include <sstream>

#include "cusim/a_run.h"
#include "cusim/cusim.h"

namespace lyn {
namespace {

namespace fs = std::filesystem;

constexpr int kFrames = 10;

class EncodeOnCuda : public testing::Test {
 protected:
  EncodeOnCuda() {
    cusim_begin("");
    fs::create_directories(folder_);
  }
  ~EncodeOnCuda() override {
    cusim_begin("");
    fs::remove_all(folder_);
  }

  Outcome run(const std::string& device = "cuda") {
    return run_file(clip_, device, "motion", [&](Config& config) {
      config.outputs.video = video_;
      config.outputs.codec = "mjpeg";
      config.outputs.snapshots.dir = folder_ / "shots";
      config.outputs.snapshots.when = "time";
      config.outputs.snapshots.every = std::chrono::milliseconds(100);
    });
  }

  /// The functions of nvJPEG that a run calls, each with how often.
  static std::map<std::string, int> functions_called() {
    std::istringstream text(cusim_calls());
    std::map<std::string, int> functions;
    std::string name;
    for (int calls = 0; text >> name >> calls;) {
      if (name.starts_with("nvjpeg")) functions[name] = calls;
    }
    return functions;
  }

  void run_with(const std::string& failure) {
    cusim_begin(("fail=" + failure).c_str());
    const Outcome outcome = run();
    EXPECT_STREQ(cusim_report(), "") << failure;
    EXPECT_THAT(cusim_calls(), testing::HasSubstr("(failed) 1\n")) << failure;
    if (!outcome.error) return;  // what only gives back may fail unseen
    EXPECT_EQ(outcome.error->kind, ErrorKind::device) << failure << ": " << outcome.error->text();
    EXPECT_THAT(outcome.error->text(), testing::AnyOf(testing::HasSubstr("CUDA_ERROR"), testing::HasSubstr("nvJPEG: ")))
        << failure;
  }

  const fs::path folder_ = fs::temp_directory_path() / ("lyn_encode_cuda_" + std::to_string(::getpid()));
  const fs::path video_ = folder_ / "out.mkv";
  const std::string clip_ =
      media::clip("encode.mp4", media::pattern("194x162", 25, kFrames / 25.0) + " -c:v libx264 -bf 2");
};

TEST_F(EncodeOnCuda, GivesBackAllThatItTook) {
  const Outcome outcome = run();
  ASSERT_FALSE(outcome.error) << outcome.error->text();
  EXPECT_STREQ(cusim_report(), "");
  EXPECT_GT(fs::file_size(video_), 10'000U);
  const auto shots = std::distance(fs::directory_iterator(folder_ / "shots"), fs::directory_iterator());
  EXPECT_GE(shots, 3);
  const auto called = functions_called();
  EXPECT_EQ(called.at("nvjpegEncodeRetrieveBitstreamDevice"), kFrames + shots + 1) << "snapshots try theirs ahead";
  EXPECT_EQ(called.size(), 11U);
}

TEST_F(EncodeOnCuda, SaysWhichFunctionFailed) {
  ASSERT_FALSE(run().error);
  const auto called = functions_called();
  ASSERT_EQ(called.size(), 11U);
  for (const auto& [name, calls] : called) {
    for (const char* code : {"1", "2", "214", "700"}) {
      const bool takes = name.find("Create") != std::string::npos || name == "nvjpegEncodeYUV";
      if (std::string(code) == "2" && !takes) continue;
      const std::string of = std::string(code) + ":" + name + "@";
      run_with(of + "1");
      if (calls > 1) run_with(of + std::to_string(calls));
    }
  }
}

/// All that allocates, in the order in which it comes.
TEST_F(EncodeOnCuda, SurvivesOrSaysWantOfMemory) {
  int at = 1;
  for (;; ++at) {
    cusim_begin(("fail=2@" + std::to_string(at)).c_str());
    const Outcome outcome = run();
    EXPECT_STREQ(cusim_report(), "") << at;
    if (std::string(cusim_calls()).find("(failed) 1\n") == std::string::npos) break;
    if (!outcome.error) continue;
    EXPECT_EQ(outcome.error->kind, ErrorKind::device) << at << ": " << outcome.error->text();
  }
  EXPECT_GT(at, 40);
}

TEST_F(EncodeOnCuda, RefusesCodecsOfAnEncoderThatIsNotThere) {
  for (const char* codec : {"h264", "hevc"}) {
    const Outcome outcome = run_file(clip_, "cuda", "none", [&](Config& config) {
      config.outputs.video = video_;
      config.outputs.codec = codec;
    });
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->kind, ErrorKind::device);
    EXPECT_THAT(outcome.error->text(),
                testing::AllOf(testing::HasSubstr(std::string("outputs.codec: cuda:0 does not encode ") + codec),
                               testing::HasSubstr("set outputs.codec: mjpeg, or copy")));
    EXPECT_FALSE(fs::exists(video_)) << "refused before anything was made";
  }
}

}  // namespace
}  // namespace lyn
