#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "stages/scene/scene_probe.h"

namespace lyn {

/// What may be wrong with the picture of a camera whose stream is healthy.
enum class Condition : unsigned { frozen, black, covered, moved, count_ };
constexpr auto kConditions = static_cast<std::size_t>(Condition::count_);
/// "frozen", "black", "covered", "moved".
std::string_view name_of(Condition condition);
/// What a person sees, and may look after.
std::string_view words_of(Condition condition);

/// Tells from looks, about one a second, what is wrong with a view. Decides on numbers alone: no thread, no pixel, no
/// clock of its own.
///
/// - frozen: for 20 s no picture came that had not been seen before, to the bit, and nothing moved. A scene where
///   nothing happens is not frozen, since the noise of its sensor makes each group of pictures another one; a still
///   that is rendered without noise is. An encoder that holds a constant bit rate may make a new picture of a frozen
///   one each time: that is not seen.
/// - black: all but a few cells are next to black.
/// - covered: three quarters of the cells have lost the edges that they had, or there are none at all (a blank wall, a
///   lens out of focus).
/// - moved: in three of five cells less than three of five marks are where they were; a view with few of them, such as
///   bare asphalt, is not judged. A view that stays for
///   kSettle is the usual one from then on, and the condition ends.
///
/// The last three hold when every look of 15 s shows them, and no longer when none of 5 s does. Black is neither
/// covered nor moved, covered is not moved, and a picture that was seen before tells nothing of where the camera looks.
class Conditions {
 public:
  static constexpr std::chrono::seconds kFrozenAfter{20};
  static constexpr std::chrono::seconds kHoldsAfter{15};
  static constexpr std::chrono::seconds kEndsAfter{5};
  static constexpr std::chrono::minutes kSettle{10};

  struct Change {
    Condition condition;
    bool holds;
    Clock::Monotonic::duration after;  ///< how long it held, of one that ends
  };
  /// Takes a look; what changed with it, valid until the next call.
  const std::vector<Change>& see(const SceneLook& look, Clock::Monotonic now);
  [[nodiscard]] bool holds(Condition condition) const { return of(condition).holds; }

  /// Pictures were missing: what was about to hold begins anew, what holds goes on.
  void interrupted();
  /// How far the usual view may go towards the next look.
  [[nodiscard]] double share() const;
  /// True once after a new view has settled: nothing of the usual one is worth keeping.
  bool take_settled();

 private:
  struct State {
    bool holds = false;
    std::optional<Clock::Monotonic> turning_since;  ///< looks say otherwise since then
    Clock::Monotonic since{};                       ///< it holds
  };
  [[nodiscard]] const State& of(Condition condition) const { return states_[static_cast<std::size_t>(condition)]; }
  State& of(Condition condition) { return states_[static_cast<std::size_t>(condition)]; }
  bool is_news(const SceneLook& look);
  void mind_frozen(const SceneLook& look, Clock::Monotonic now);
  void mind(Condition condition, bool shown, Clock::Monotonic now);
  void turn(Condition condition, bool holds, Clock::Monotonic now);

  std::array<State, kConditions> states_{};
  std::vector<Change> changes_;
  std::array<std::uint64_t, 64> seen_{};  ///< hashes of pictures, oldest overwritten
  std::size_t seen_count_ = 0;
  std::array<SceneCell, kSceneCells> anchor_{};  ///< the picture with which it may have begun to be frozen
  std::optional<Clock::Monotonic> news_at_;      ///< the last picture that was new
  int news_in_a_row_ = 0;
  int looks_ = 0;         ///< that the usual view was made of
  bool trouble_ = false;  ///< the last look must not become the usual view
  bool settled_ = false;
};

}  // namespace lyn
