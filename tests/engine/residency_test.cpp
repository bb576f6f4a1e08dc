// A violation planted in every stage must end the process as the residency trap promises.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <span>
#include <string>

#include "device/cpu/cpu_device.h"
#include "device/guarded_io.h"
#include "engine/engine.h"
#include "engine/samples.h"

namespace lyn {
namespace {

/// A run over a sample with video out, so that every stage works.
Config whole_lane(const std::string& video) {
  Config config;
  config.detector.model = sample_path("models/yolox_nano.yaml");
  config.outputs.video = video;
  config.cameras.push_back(make_camera(config, "gate", sample_path("samples/car-detection.mp4")));
  EXPECT_TRUE(finalise(config));
  return config;
}

void run_with(const Tap& tap) {
  install_residency_trap();
  const std::string video = testing::TempDir() + "residency_" + std::to_string(getpid()) + ".mp4";
  RunOptions options;
  options.tap = tap;
  auto engine = Engine::create(whole_lane(video), options, system_clock());
  if (engine) static_cast<void>((*engine)->run());
  unlink(video.c_str());
}

/// Reads one pixel as application code might.
void read_a_pixel(const Image& image) {
  volatile char pixel = *image.planes[0].data.as<char>().trapped();
  static_cast<void>(pixel);
}

/// Hands a row of pixels to the system, which fails with EFAULT and does not fault.
void write_a_row(const Image& image) {
  const int sink = memfd_create("leak", MFD_CLOEXEC);  // /dev/null would never look at the bytes
  const auto* row = image.planes[0].data.trapped();
  static_cast<void>(write_all(sink, std::span(row, static_cast<std::size_t>(image.width)), "a planted leak"));
}

class ResidencyTrapInStage : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_P(ResidencyTrapInStage, EndsARunThatReadsAPixel) {
  const std::string planted = GetParam();
  EXPECT_EXIT(run_with([&](const char* stage, const Image& image) {
                if (planted == stage) read_a_pixel(image);
              }),
              testing::ExitedWithCode(4), "lane (gate|batcher), stage " + planted);
}

TEST_P(ResidencyTrapInStage, EndsARunThatHandsPixelsToASystemCall) {
  const std::string planted = GetParam();
  EXPECT_EXIT(run_with([&](const char* stage, const Image& image) {
                if (planted == stage) write_a_row(image);
              }),
              testing::ExitedWithCode(4), "lane (gate|batcher), stage " + planted);
}

INSTANTIATE_TEST_SUITE_P(EveryStage, ResidencyTrapInStage,
                         testing::Values("decode", "preprocess", "infer", "track", "output", "overlay", "encode"),
                         [](const auto& stage) { return std::string(stage.param); });

}  // namespace
}  // namespace lyn
