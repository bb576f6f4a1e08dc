// What becomes of cameras when the GPU that they are on is lost, on real GPUs.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "device/cuda/cuda_device.h"
#include "engine/engine.h"
#include "kernels/compose.h"

namespace lyn {
namespace {

using Seconds = std::chrono::duration<double>;

/// A kernel that reads where nothing is: the GPU ends the context.
void kill_context(Device& device) {
  ComposeArgs args{};
  args.source[0] = args.source[1] = args.source[2] = {0x10};
  args.target[0] = args.target[1] = args.target[2] = {0x10};
  args.width = args.height = args.source_width = args.source_height = 64;
  args.bit_depth = 8;
  auto stream = device.open_stream();
  ASSERT_TRUE(stream.ok());
  (void)device.launch(**stream, kComposeKernel, args, {32, 32, 1});
  EXPECT_FALSE((*stream)->synchronize().ok());
}

/// Paced files stand for cameras: they are live, and need no server.
TEST(SeveralGpus, cameras_of_a_lost_one_go_on_on_the_other) {
  if (count_cuda_devices() < 2) GTEST_SKIP() << "skipped: no two CUDA devices";
  const char* repository = std::getenv("LYN_REPOSITORY");
  const std::string source_dir = repository == nullptr ? LYN_SOURCE_DIR : repository;
  Config config;
  config.device = "cuda:0,1";
  config.detector.model = source_dir + "/models/yolox_nano_dynamic.yaml";
  for (int i = 0; i < 4; ++i) {
    config.cameras.push_back(
        make_camera(config, "c" + std::to_string(i), source_dir + "/samples/one-by-one-person-detection.mp4"));
  }
  ASSERT_TRUE(finalise(config));
  RunOptions options;
  options.realtime = true;
  options.seconds = 20;
  std::mutex mutex;
  Engine* running = nullptr;
  std::optional<Clock::Monotonic> lost_at;
  std::map<std::string, double> first_again;  // seconds from the loss to the first record that starts anew
  options.on_record = [&](const FrameRecord& record) {
    std::lock_guard lock(mutex);
    const std::string camera(record.camera);
    if (camera == "c0" && record.frame == 100 && !lost_at) {
      lost_at = system_clock().now();
      kill_context(running->device());
    } else if (lost_at && record.frame == 0 && !first_again.contains(camera)) {
      first_again[camera] = Seconds(system_clock().now() - *lost_at).count();
    }
  };
  auto engine = Engine::create(config, options, system_clock());
  ASSERT_TRUE(engine) << engine.error().text();
  running = engine->get();
  const RunOutcome outcome = (*engine)->run();
  EXPECT_FALSE(outcome.error) << outcome.error->text();
  EXPECT_EQ(outcome.summary.gone.size(), 2U) << "two of four were on the lost one";
  EXPECT_EQ(first_again.size(), 2U);
  for (const auto& [camera, seconds] : first_again) {
    std::printf("%s goes on %.2f s after the loss\n", camera.c_str(), seconds);
    EXPECT_LT(seconds, 5);
  }
  for (const CameraSummary& camera : outcome.summary.cameras) {
    EXPECT_EQ(camera.device, "cuda:1");
    EXPECT_GT(camera.frames_processed, 100U) << camera.name;
  }
  std::printf("%s\n", outcome.summary.json().c_str());
}

}  // namespace
}  // namespace lyn
