#pragma once

#include <Eigen/Core>

#include "core/detection.h"

namespace lyn::track {

/// A box as the filter sees it: centre x, centre y, aspect ratio (width / height), height.
using Measurement = Eigen::Matrix<double, 4, 1>;

/// ByteTrack's Kalman filter (that of DeepSORT, Wojke et al. 2017): constant velocity over
/// (cx, cy, a, h) and their changes a frame. Noise is relative to the box's height; weights as published.
class Kalman {
 public:
  explicit Kalman(const Measurement& first);

  /// One frame further. `hold_height` sets the height's velocity to zero first (tracks that are lost).
  void predict(bool hold_height);
  void update(const Measurement& measured);
  [[nodiscard]] Box box() const;

 private:
  using State = Eigen::Matrix<double, 8, 1>;
  using Covariance = Eigen::Matrix<double, 8, 8>;

  State mean_ = State::Zero();
  Covariance covariance_ = Covariance::Zero();
};

/// `box` must have a width and a height above zero.
Measurement measurement_of(const Box& box);

}  // namespace lyn::track
