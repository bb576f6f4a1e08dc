// Cameras over several GPUs, one of which is lost in mid-run, through the CUDA backend's own code.
#include <gmock/gmock.h>

#include <map>
#include <numeric>

#include "cusim/a_run.h"
#include "cusim/cusim.h"

namespace lyn {
namespace {

using testing::HasSubstr;

constexpr int kLinesAfter = 10;

/// Of every camera: what came in was decoded or dropped, what was decoded was looked at or skipped.
void expect_accounts_close(const CameraSummary& camera) {
  const auto sum = [](const std::map<std::string, std::uint64_t>& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0},
                           [](std::uint64_t all, const auto& one) { return all + one.second; });
  };
  EXPECT_EQ(camera.frames_in, camera.frames_decoded + sum(camera.dropped)) << camera.name;
  EXPECT_EQ(camera.frames_decoded, camera.frames_processed + sum(camera.skipped)) << camera.name;
}

class SeveralGpus : public testing::TestWithParam<int> {
 protected:
  void TearDown() override { cusim_begin(""); }

  /// Paced files stand for cameras: two a GPU.
  Config cameras() const {
    Config config;
    config.device = "cuda:all";
    config.detector.model = "motion";
    for (int i = 0; i < 2 * GetParam(); ++i) {
      config.cameras.push_back(make_camera(config, "c" + std::to_string(i), clip_));
    }
    EXPECT_TRUE(finalise(config));
    return config;
  }

  /// Runs until each camera has written so many lines since the first that came from another GPU than before, or for
  /// a minute.
  RunOutcome run_until_all_go_on(const std::string& settings) {
    cusim_begin(settings.c_str());
    RunOptions options;
    options.realtime = options.loop = true;
    options.seconds = 60;
    Engine* running = nullptr;
    std::mutex mutex;
    std::map<std::string, int> after;
    options.on_record = [&](const FrameRecord& record) {
      const std::lock_guard lock(mutex);
      if (std::string(cusim_calls()).find("(failed)") == std::string::npos) return;
      ++after[std::string(record.camera)];
      const auto enough = [](const auto& one) { return one.second >= kLinesAfter; };
      const bool all = std::ssize(after) == 2 * GetParam() && std::ranges::all_of(after, enough);
      if (all) running->request_stop();
    };
    auto engine = Engine::create(cameras(), options, system_clock());
    EXPECT_TRUE(engine) << engine.error().text();
    running = engine->get();
    return (*engine)->run();
  }

  const std::string clip_ =
      media::clip("several.mp4", media::pattern("192x160", 25, 4) + " -c:v libx264 -bf 0 -g 25 -pix_fmt yuv420p");
};

/// That the two cameras of GPU 1 went on elsewhere, and nothing was lost sight of.
void expect_moved(const RunOutcome& outcome, int gpus) {
  EXPECT_FALSE(outcome.error) << outcome.error->text();
  EXPECT_TRUE(outcome.interrupted) << "each camera went on, and that ended the run";
  EXPECT_EQ(outcome.summary.gone.size(), 2U);
  for (const CameraSummary& camera : outcome.summary.gone) {
    EXPECT_EQ(camera.device, "cuda:1");
    EXPECT_THAT(camera.cause, HasSubstr("was lost"));
    expect_accounts_close(camera);
  }
  for (const CameraSummary& camera : outcome.summary.cameras) {
    EXPECT_NE(camera.device, "cuda:1") << camera.name;
    expect_accounts_close(camera);
  }
  EXPECT_EQ(outcome.summary.devices.size(), static_cast<std::size_t>(gpus));
  for (const DeviceSummary& device : outcome.summary.devices) EXPECT_EQ(device.lost, device.name == "cuda:1");
  EXPECT_STREQ(cusim_report(), "");
}

TEST_P(SeveralGpus, CamerasOfALostOneGoOnOnTheOthers) {
  const std::string devices = "devices=" + std::to_string(GetParam());
  expect_moved(run_until_all_go_on(devices + ",fail=214:cuvidMapVideoFrame64@20#1"), GetParam());
}

/// As two H100 did: bench/results/h100/several/README.md.
TEST_P(SeveralGpus, AFaultInAKernelEndsTheRunInWords) {
  const std::string devices = "devices=" + std::to_string(GetParam());
  const RunOutcome outcome = run_until_all_go_on(devices + ",fail=700:cuLaunchKernel@50#1");
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind, ErrorKind::device);
  EXPECT_THAT(outcome.error->text(), HasSubstr("CUDA_ERROR_ILLEGAL_ADDRESS"));
  EXPECT_STREQ(cusim_report(), "");
}

INSTANTIATE_TEST_SUITE_P(Gpus, SeveralGpus, testing::Values(2, 4, 8),
                         [](const auto& gpus) { return "Of" + std::to_string(gpus.param); });

class TwoGpus : public SeveralGpus {};

/// Every function that is called while cameras run may be the first to hear of a loss.
TEST_P(TwoGpus, MoveCamerasWhicheverCallSeesTheLoss) {
  for (const char* function : {"cuCtxSetCurrent", "cuEventQuery", "cuEventRecord", "cuEventSynchronize",
                               "cuLaunchKernel", "cuMemcpyDtoHAsync", "cuStreamWaitEvent", "cuvidDecodePicture",
                               "cuvidGetDecodeStatus", "cuvidParseVideoData", "cuvidUnmapVideoFrame64"}) {
    SCOPED_TRACE(function);
    expect_moved(run_until_all_go_on("devices=2,fail=214:" + std::string(function) + "@20#1"), GetParam());
  }
}

INSTANTIATE_TEST_SUITE_P(Gpus, TwoGpus, testing::Values(2));

}  // namespace
}  // namespace lyn
