#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "config/config.h"
#include "core/clock.h"

namespace lyn {

/// What a live camera's lane did in a stretch of time. Spans are sums over frames.
struct LoadWindow {
  using Span = std::chrono::nanoseconds;

  Span length{};
  std::uint64_t packets = 0;       ///< compressed pictures that came
  std::uint64_t packets_lost = 0;  ///< of these, those dropped since nobody took them in time
  std::uint64_t decoded = 0;       ///< frames
  std::uint64_t wanted = 0;        ///< frames to be inferred, by `every` and by what was shed
  std::uint64_t unserved = 0;      ///< of these, those that the model had no time for
  std::uint64_t processed = 0;     ///< frames that went all the way with their answer
  std::uint64_t late = 0;          ///< of these, those beyond the latency of the objective
  std::uint64_t close = 0;         ///< of these, those beyond four fifths of it
  Span latency{};                  ///< from a packet's arrival to its frame's records
  Span in_model{};                 ///< of this, from decoded to the model's answer
  // How the lane's own thread spent its time.
  Span decoding{};
  Span detecting{};  ///< letterbox, motion, tracker
  Span writing{};    ///< records
  Span oldest{};     ///< age of the oldest frame that is still under way
};

/// When a camera counts as overloaded and how it comes back. Tests bring other figures.
struct OverloadPolicy {
  using Span = LoadWindow::Span;

  Span window = std::chrono::seconds(1);
  int bad_before = 3;                   ///< bad windows in a row that make an overload: a burst is none
  int bad_between = 2;                  ///< bad windows before the next step, so that the last one can take effect
  double lost_share = 0.05;             ///< of packets
  double unserved_share = 0.1;          ///< of wanted frames
  double late_share = 0.05;             ///< of processed frames
  Span calm = std::chrono::seconds(5);  ///< of good windows before a step back
  Span most_calm = std::chrono::minutes(5);
  int most_factor = 64;
};

/// Decides what a live camera gives up where its objective cannot be met, and when it gets it back. Decides only: no
/// thread, no clock; windows say how long they are. One thread.
///
/// What goes first is the rate of detection: every 2nd, 3rd, 4th, 6th, 8th … of the frames that were to be inferred,
/// down to the objective's rate or one a second; then encoded video and snapshots, which come back at once where that
/// helped nothing. Packets and decoded frames are never given up here. Steps back are tried one at a time, each after a
/// calm that doubles when the step before it proved one too many.
class Overload {
 public:
  using Span = LoadWindow::Span;

  /// `every`: the camera's own; `pictures`: it has encoded video or snapshots that can be left out. `seed`: of the
  /// spread with which cameras that were overloaded together step back.
  Overload(const ObjectiveConfig& objective, int every, bool pictures, std::uint64_t seed, OverloadPolicy policy = {});

  enum class Part { decode, model, lane, outputs };
  /// What people are to be told.
  struct Change {
    enum class Kind { began, shed, gave_back, over } kind = Kind::began;
    std::string text;  ///< the cause, or what was given back
  };
  /// More on how slow the model is, such as " (a batch of 4 takes 310 ms)"; asked where that is the cause.
  using ModelWords = std::function<std::string()>;
  /// Takes what happened since the last call; nullopt: nothing new.
  std::optional<Change> judge(const LoadWindow& window, const ModelWords& model);
  /// It starts with less than it was to have.
  void begin_with(int factor, std::string cause);
  /// The camera was lost: what comes next is judged anew.
  void reset();

  /// Only each n-th of the frames that were to be inferred is.
  [[nodiscard]] int factor() const { return factor_; }
  [[nodiscard]] bool sheds_pictures() const { return sheds_pictures_; }
  [[nodiscard]] bool overloaded() const { return overloaded_; }
  [[nodiscard]] const std::string& cause() const { return cause_; }
  [[nodiscard]] Span window() const { return policy_.window; }

 private:
  enum class Verdict { good, fair, bad };
  [[nodiscard]] Verdict verdict(const LoadWindow& window) const;
  [[nodiscard]] double severity(const LoadWindow& window) const;
  [[nodiscard]] bool rate_missed(const LoadWindow& window) const;
  [[nodiscard]] Part slow_part(const LoadWindow& window) const;
  [[nodiscard]] std::string explain(const LoadWindow& window, const ModelWords& model) const;
  [[nodiscard]] std::string what_is_shed() const;
  std::optional<Change> on_bad(const LoadWindow& window, const ModelWords& model);
  std::optional<Change> on_good(const LoadWindow& window);
  bool shed(const LoadWindow& window);
  Change give_back();
  [[nodiscard]] int next_factor(const LoadWindow& window) const;
  void new_calm();

  const ObjectiveConfig objective_;
  const int every_;
  const bool pictures_;
  const OverloadPolicy policy_;
  std::uint64_t random_;

  bool overloaded_ = false;
  int factor_ = 1;
  bool sheds_pictures_ = false;
  bool pictures_help_not_ = false;  ///< leaving them out was tried
  double severity_before_ = 0;      ///< they were left out
  std::string cause_;
  int bad_ = 0;           ///< windows in a row, since the last step
  Span good_{};           ///< time in a row, since the last step
  Span since_{};          ///< the overload began
  Span calm_{};           ///< before the next step back
  int relapses_ = 0;      ///< steps back that were one too many, in a row
  bool probing_ = false;  ///< the last step was one back
};

}  // namespace lyn
