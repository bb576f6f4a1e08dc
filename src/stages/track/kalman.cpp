#include "stages/track/kalman.h"

#include <Eigen/Cholesky>
#include <algorithm>

namespace lyn::track {
namespace {

constexpr double kPositionWeight = 1.0 / 20;
constexpr double kVelocityWeight = 1.0 / 160;
constexpr int kHeight = 3;
constexpr int kHeightVelocity = 7;

using Diagonal4 = Eigen::Matrix<double, 4, 1>;
using Block4 = Eigen::Matrix<double, 4, 4>;

/// Squares of: `factor` x height for positions and height, `aspect` for the aspect ratio.
/// A prediction can shrink a box to nothing; noise is then that of one pixel.
Diagonal4 variance(double height, double factor, double aspect) {
  const double deviation = factor * std::max(height, 1.0);
  return Diagonal4(deviation, deviation, aspect, deviation).array().square();
}

}  // namespace

Kalman::Kalman(const Measurement& first) {
  mean_.head<4>() = first;
  const double height = first[kHeight];
  covariance_.diagonal().head<4>() = variance(height, 2 * kPositionWeight, 1e-2);
  covariance_.diagonal().tail<4>() = variance(height, 10 * kVelocityWeight, 1e-5);
}

/// mean = F mean and covariance = F covariance F' + Q with F = [I I; 0 I], block by block.
void Kalman::predict(bool hold_height) {
  if (hold_height) mean_[kHeightVelocity] = 0;
  const double height = mean_[kHeight];
  mean_.head<4>() += mean_.tail<4>().eval();
  const Block4 positions = covariance_.topLeftCorner<4, 4>();
  const Block4 across = covariance_.topRightCorner<4, 4>();
  const Block4 velocities = covariance_.bottomRightCorner<4, 4>();
  covariance_.topLeftCorner<4, 4>() = positions + across + across.transpose() + velocities;
  covariance_.topRightCorner<4, 4>() = across + velocities;
  covariance_.bottomLeftCorner<4, 4>() = (across + velocities).transpose();
  covariance_.diagonal().head<4>() += variance(height, kPositionWeight, 1e-2);
  covariance_.diagonal().tail<4>() += variance(height, kVelocityWeight, 1e-5);
}

/// H = [I 0], so the innovation's covariance is the covariance's corner and noise of the measurement.
void Kalman::update(const Measurement& measured) {
  Block4 innovation = covariance_.topLeftCorner<4, 4>();
  innovation.diagonal() += variance(mean_[kHeight], kPositionWeight, 1e-1);
  const Eigen::Matrix<double, 4, 8> seen = covariance_.topRows<4>();
  const Eigen::Matrix<double, 4, 8> gain = innovation.llt().solve(seen);  // transposed
  const Measurement surprise = measured - mean_.head<4>();
  mean_ += gain.transpose() * surprise;
  covariance_ -= gain.transpose() * innovation * gain;
}

Box Kalman::box() const {
  const double half_height = mean_[kHeight] / 2;
  const double half_width = mean_[2] * half_height;
  return {static_cast<float>(mean_[0] - half_width), static_cast<float>(mean_[1] - half_height),
          static_cast<float>(mean_[0] + half_width), static_cast<float>(mean_[1] + half_height)};
}

Measurement measurement_of(const Box& box) {
  const double width = double{box.x2} - double{box.x1};
  const double height = double{box.y2} - double{box.y1};
  return {double{box.x1} + width / 2, double{box.y1} + height / 2, width / height, height};
}

}  // namespace lyn::track
