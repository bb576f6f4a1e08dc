// What becomes of cameras when the GPU that they are on is lost, on real GPUs.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <utility>

#include "device/cuda/cuda_device.h"
#include "engine/engine.h"
#include "kernels/compose.h"

namespace lyn {
namespace {

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

/// CUDA's rule, found on two H100: after an illegal access in one context the whole process can use none, those of the
/// other GPUs neither, so that moving cameras does not help. The run ends, and says so.
TEST(SeveralGpus, an_illegal_access_on_one_ends_the_run_in_words) {
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
  options.realtime = true;  // as cameras are: live
  options.seconds = 60;
  std::mutex mutex;
  Engine* running = nullptr;
  bool killed = false;
  options.on_record = [&](const FrameRecord& record) {
    std::lock_guard lock(mutex);
    if (record.camera != "c0" || record.frame != 100 || std::exchange(killed, true)) return;
    kill_context(running->device());
  };
  auto engine = Engine::create(config, options, system_clock());
  ASSERT_TRUE(engine) << engine.error().text();
  running = engine->get();
  const RunOutcome outcome = (*engine)->run();
  EXPECT_TRUE(killed);
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind, ErrorKind::device);
  EXPECT_LT(outcome.summary.seconds, 40) << "it did not wait for its end";
  std::printf("%s\n%s\n", outcome.error->text().c_str(), outcome.summary.json().c_str());
}

}  // namespace
}  // namespace lyn
