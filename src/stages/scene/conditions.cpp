#include "stages/scene/conditions.h"

#include <algorithm>
#include <cstdlib>

namespace lyn {
namespace {

constexpr int kLevel = 1 << 6;       ///< of a cell's mean
constexpr int kNearBlack = 12;       ///< levels above black
constexpr int kStrayCells = 4;       ///< that a clock or a name drawn into the picture may take
constexpr int kLeastEdges = 4;       ///< of a cell that is worth comparing
constexpr int kLeastMarks = 4;       ///< likewise
constexpr int kLeastKnownCells = 8;  ///< of a view that is
constexpr int kNewsToThaw = 3;       ///< a frozen picture that is encoded anew may differ now and then
constexpr double kSlowestShare = 1.0 / 64;

/// How many cells are so.
struct Counts {
  int black = 0;
  int plain = 0;   ///< without edges
  int known = 0;   ///< with edges as a rule
  int blind = 0;   ///< of those: most are gone
  int marked = 0;  ///< with marks
  int other = 0;   ///< of those: two of five are not where they were
};

Counts counts_of(const SceneLook& look) {
  Counts counts;
  for (const SceneCell& cell : look.cells) {
    if (cell.mean <= (look.black + kNearBlack) * kLevel) ++counts.black;
    if (cell.edges < kLeastEdges) ++counts.plain;
    if (cell.marks >= kLeastMarks) {
      ++counts.marked;
      if (cell.same * 5 < cell.marks * 3) ++counts.other;
    }
    if (cell.known < kLeastEdges) continue;
    ++counts.known;
    if (cell.edges * 5 < cell.known) ++counts.blind;
  }
  return counts;
}

bool is_black(const Counts& counts) {
  return counts.black >= kSceneCells - kStrayCells;
}

bool is_covered(const Counts& counts) {
  if (is_black(counts)) return false;
  if (counts.known >= kLeastKnownCells) return counts.blind * 4 >= counts.known * 3;
  return counts.plain >= kSceneCells - kStrayCells;
}

bool is_moved(const Counts& counts) {
  if (is_black(counts) || is_covered(counts)) return false;
  return counts.marked >= kLeastKnownCells && counts.other * 5 >= counts.marked * 3;
}

}  // namespace

std::string_view name_of(Condition condition) {
  constexpr std::array<std::string_view, kConditions> kNames{"frozen", "black", "covered", "moved"};
  return kNames.at(static_cast<std::size_t>(condition));
}

std::string_view words_of(Condition condition) {
  constexpr std::array<std::string_view, kConditions> kWords{
      "frozen: the same picture again and again; restart the camera",
      "black: there is nothing but black; look after its lens, its light and its sensor",
      "covered: the picture has lost its detail; look for something before its lens, or its focus",
      "moved: the view is another one; look where the camera points"};
  return kWords.at(static_cast<std::size_t>(condition));
}

const std::vector<Conditions::Change>& Conditions::see(const SceneLook& look, Clock::Monotonic now) {
  changes_.clear();
  if (look.fresh) looks_ = 0;
  const Counts counts = counts_of(look);
  mind_frozen(look, now);
  mind(Condition::black, is_black(counts), now);
  mind(Condition::covered, is_covered(counts), now);
  const bool stale = news_in_a_row_ == 0;  // says nothing of where the camera looks now
  const bool moves = !stale && is_moved(counts);
  mind(Condition::moved, moves, now);
  trouble_ = stale || is_black(counts) || is_covered(counts) || moves;
  if (!trouble_) ++looks_;
  const State& moved = of(Condition::moved);
  if (moved.holds && now - moved.since >= kSettle && moves) {
    settled_ = true;
    turn(Condition::moved, false, now);
  }
  return changes_;
}

void Conditions::interrupted() {
  news_at_.reset();
  news_in_a_row_ = 0;
  for (State& state : states_) state.turning_since.reset();
}

/// The mean of the first looks, then slowly on: light changes, and what is parked is part of the view in a minute.
double Conditions::share() const {
  return trouble_ ? 0 : std::max(kSlowestShare, 1.0 / (looks_ + 1));
}

bool Conditions::take_settled() {
  return std::exchange(settled_, false);
}

/// Whether this picture was never seen, or is far from the one that it would have to repeat: a recording that is
/// played again and again shows old pictures, but they move.
bool Conditions::is_news(const SceneLook& look) {
  const auto known = std::min(seen_count_, seen_.size());
  const bool seen = std::find(seen_.begin(), seen_.begin() + static_cast<std::ptrdiff_t>(known), look.hash) !=
                    seen_.begin() + static_cast<std::ptrdiff_t>(known);
  if (!seen) seen_[seen_count_++ % seen_.size()] = look.hash;
  const bool moves = !std::equal(anchor_.begin(), anchor_.end(), look.cells.begin(),
                                 [](const auto& a, const auto& b) { return std::abs(a.mean - b.mean) <= kLevel; });
  if (!seen || moves) anchor_ = look.cells;
  return !seen || moves;
}

void Conditions::mind_frozen(const SceneLook& look, Clock::Monotonic now) {
  const bool news = is_news(look);
  news_in_a_row_ = news ? news_in_a_row_ + 1 : 0;
  if (news || !news_at_) news_at_ = now;
  const bool holds = of(Condition::frozen).holds;
  if (!holds && now - *news_at_ >= kFrozenAfter) turn(Condition::frozen, true, now);
  if (holds && news_in_a_row_ >= kNewsToThaw) turn(Condition::frozen, false, now);
}

void Conditions::mind(Condition condition, bool shown, Clock::Monotonic now) {
  State& state = of(condition);
  if (shown == state.holds) {
    state.turning_since.reset();
    return;
  }
  if (!state.turning_since) state.turning_since = now;
  if (now - *state.turning_since >= (shown ? kHoldsAfter : kEndsAfter)) turn(condition, shown, now);
}

void Conditions::turn(Condition condition, bool holds, Clock::Monotonic now) {
  State& state = of(condition);
  changes_.push_back({condition, holds, holds ? Clock::Monotonic::duration(0) : now - state.since});
  state = {holds, std::nullopt, now};
}

}  // namespace lyn
