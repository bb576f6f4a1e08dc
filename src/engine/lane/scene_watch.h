#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "config/config.h"
#include "core/clock.h"
#include "core/stage_stats.h"
#include "engine/run/tally.h"
#include "stages/scene/conditions.h"

namespace lyn {

/// Looks at a live camera's pictures once a second, and says in log and tally what is wrong with them. On the lane's
/// thread and stream; never waits for the device.
class SceneWatch {
 public:
  struct Setup {
    std::string camera;
    const ConditionsConfig& wanted;
    Device& device;
    Tally& tally;
    StageMeter& meter;
    const Clock& clock;
  };
  explicit SceneWatch(const Setup& setup);

  /// A decoded picture. Error kind `device`.
  Status see(Stream& stream, const Image& image);
  /// The connection is another one: what came before says nothing of what is about to hold.
  void interrupted() { conditions_.interrupted(); }
  /// The names of those that hold.
  [[nodiscard]] std::span<const std::string_view> holding() const { return std::span(names_).first(holding_); }

 private:
  void judge(const SceneLook& look);
  void say(const Conditions::Change& change);

  std::string camera_;
  std::array<bool, kConditions> wanted_;
  Tally& tally_;
  StageMeter& meter_;
  const Clock& clock_;
  SceneProbe probe_;
  Conditions conditions_;
  Clock::Monotonic next_{};
  std::array<std::string_view, kConditions> names_{};
  std::size_t holding_ = 0;
};

}  // namespace lyn
