#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "device/cpu/cpu_device.h"
#include "kernels/test_picture.h"
#include "stages/motion/scene.h"
#include "stages/scene/conditions.h"
#include "stages/scene/scene_probe.h"

namespace lyn::test {

/// Looks at a rendered scene, one a second of a clock that the test turns.
class WatchingTest : public ::testing::Test {
 protected:
  static constexpr int kWidth = 320;
  static constexpr int kHeight = 180;

  void SetUp() override { stream_ = std::move(*device_->open_stream()); }

  void see(const Image& image) {
    if (conditions_.take_settled()) probe_.forget();
    const auto status = probe_.look(*stream_, image, conditions_.share());
    ASSERT_TRUE(status.ok()) << status.error().text();
    const auto look = probe_.take();
    ASSERT_TRUE(look.has_value());
    last_ = *look;
    for (const auto& change : conditions_.see(*look, now_)) {
      log_.push_back((change.holds ? "+" : "-") + std::string(name_of(change.condition)));
    }
    now_ += std::chrono::seconds(1);
  }
  /// So many seconds of a view, with noise of its own in each picture.
  void watch(const View& view, int seconds) {
    for (int i = 0; i < seconds; ++i) {
      scene_.draw(picture_, view);
      see(picture_.image());
    }
  }

  std::unique_ptr<Device> device_ = std::move(*open_cpu_device());
  std::unique_ptr<Stream> stream_;
  SceneProbe probe_{*device_};
  Conditions conditions_;
  Clock::Monotonic now_{};
  SceneLook last_;
  std::vector<std::string> log_;
  Scene scene_{kWidth, kHeight};
  TestPicture picture_{*device_, kWidth, kHeight};
};

}  // namespace lyn::test
