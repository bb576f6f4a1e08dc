#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "device/cpu/cpu_device.h"
#include "kernels/box_math.h"
#include "kernels/motion.h"
#include "stages/motion/motion_detector.h"
#include "stages/motion/scene.h"

namespace lyn::test {

/// A detector in front of a scene, 25 frames a second.
class MotionTest : public ::testing::Test {
 protected:
  static constexpr int kWidth = 320;
  static constexpr int kHeight = 180;

  void SetUp() override {
    stream_ = std::move(*device_->open_stream());
    start({});
  }

  void start(const MotionOptions& options) { detector_ = std::make_unique<MotionDetector>(*device_, options, 2); }

  std::vector<Detection> see(const Image& image) {
    const auto status = detector_->run(*stream_, image, seconds_, 1);
    EXPECT_TRUE(status.ok()) << status.error().text();
    seconds_ += frame_seconds_;
    const auto found = detector_->boxes(1);
    return {found.begin(), found.end()};
  }
  std::vector<Detection> see(const View& view) {
    scene_.draw(picture_, view);
    return see(picture_.image());
  }
  /// Frames of an empty scene.
  void learn(int frames = kMotionLearnFrames + 12, const View& view = {}) {
    for (int i = 0; i < frames; ++i) see(view);
  }

  std::unique_ptr<Device> device_ = std::move(*open_cpu_device());
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<MotionDetector> detector_;
  Scene scene_{kWidth, kHeight};
  TestPicture picture_{*device_, kWidth, kHeight};
  double seconds_ = 0;
  double frame_seconds_ = 0.04;
};

inline float best_iou(const std::vector<Detection>& found, const Box& box) {
  float best = 0;
  for (const Detection& one : found) best = std::max(best, iou_of(one.box, box));
  return best;
}

}  // namespace lyn::test
