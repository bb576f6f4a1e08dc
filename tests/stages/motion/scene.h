#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "core/detection.h"
#include "kernels/test_picture.h"

namespace lyn::test {

/// A rectangle of a texture of its own, or (lift) one that shows the wall, brighter or darker by so much.
struct Actor {
  int x = 0, y = 0, width = 0, height = 0;
  int brightness = 190;
  int lift = 0;
};

/// What a camera sees in one frame.
struct View {
  std::vector<Actor> actors = {};
  double gain = 1;
  double offset = 0;
  int shift_x = 0, shift_y = 0;  ///< of the camera, pixels
  double noise = 2;              ///< standard deviation, levels
};

/// A textured wall that a camera looks at: smooth blotches with edges between them, 40 to 150 levels.
class Scene {
 public:
  static constexpr int kMargin = 32;

  Scene(int width, int height, unsigned seed = 1) : width_(width), height_(height), random_(seed), noise_(1U << 16U) {
    for (double& one : noise_) one = gauss();
    wall_.resize(static_cast<std::size_t>((width + 2 * kMargin) * (height + 2 * kMargin)));
    std::vector<int> blotches(kBlotches * kBlotches);
    for (int& level : blotches) level = 40 + static_cast<int>(random_() % 90);
    for (int y = 0; y < height + 2 * kMargin; ++y) {
      for (int x = 0; x < width + 2 * kMargin; ++x) {
        const int blotch = (x / kBlotchSize) % kBlotches + kBlotches * ((y / kBlotchSize) % kBlotches);
        const double grain = 10 * std::sin(x * 0.31) * std::cos(y * 0.23);
        wall_[at(x, y)] = static_cast<std::uint8_t>(blotches[static_cast<std::size_t>(blotch)] + 10 + grain);
      }
    }
  }

  /// Draws one frame into the luma plane, on the scale of the picture's own bit depth.
  void draw(TestPicture& picture, const View& view) {
    const int more_bits = picture.image().format.bit_depth - 8;
    for (int y = 0; y < height_; ++y) {
      std::size_t place = random_();
      for (int x = 0; x < width_; ++x) {
        const double noise = view.noise * noise_[++place % noise_.size()];
        const double level = view.gain * level_at(view, x, y) + view.offset + noise;
        picture.set(0, x, y, std::clamp(static_cast<int>(std::lround(level)), 0, 255) << more_bits);
      }
    }
  }

 private:
  static constexpr int kBlotches = 16;
  static constexpr int kBlotchSize = 37;

  [[nodiscard]] std::size_t at(int x, int y) const { return static_cast<std::size_t>(y * (width_ + 2 * kMargin) + x); }
  [[nodiscard]] int level_at(const View& view, int x, int y) const {
    for (const Actor& actor : view.actors) {
      const int column = x - actor.x - view.shift_x;
      const int row = y - actor.y - view.shift_y;
      if (column < 0 || row < 0 || column >= actor.width || row >= actor.height) continue;
      if (actor.lift != 0) return wall_level(view, x, y) + actor.lift;
      return actor.brightness + ((column / 8 + row / 8) % 2 == 0 ? 12 : -12);
    }
    return wall_level(view, x, y);
  }
  [[nodiscard]] int wall_level(const View& view, int x, int y) const {
    return wall_[at(x + kMargin - view.shift_x, y + kMargin - view.shift_y)];
  }
  /// Near enough to a normal distribution, and the same on every machine.
  double gauss() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(random_()) / 4294967296.0;
    return sum;
  }

  int width_, height_;
  std::mt19937 random_;
  std::vector<double> noise_;  ///< read from another place in every row
  std::vector<std::uint8_t> wall_;
};

inline Box box_of(const Actor& actor) {
  return {static_cast<float>(actor.x), static_cast<float>(actor.y), static_cast<float>(actor.x + actor.width),
          static_cast<float>(actor.y + actor.height)};
}

}  // namespace lyn::test
