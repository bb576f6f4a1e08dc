#include "engine/lane/scene_watch.h"

#include <fmt/format.h>

#include "core/log.h"

namespace lyn {
namespace {

constexpr std::chrono::seconds kBetweenLooks{1};

}  // namespace

SceneWatch::SceneWatch(const Setup& setup)
    : camera_(setup.camera),
      wanted_{setup.wanted.frozen, setup.wanted.black, setup.wanted.covered, setup.wanted.moved},
      tally_(setup.tally),
      meter_(setup.meter),
      clock_(setup.clock),
      probe_(setup.device) {}

Status SceneWatch::see(Stream& stream, const Image& image) {
  if (const auto look = probe_.take()) judge(*look);
  // A picture of another size is looked at without delay: memory should grow before the lane is warm.
  if (probe_.under_way() || (clock_.now() < next_ && !probe_.is_new(image))) return {};
  const StageTimer timer(meter_);
  next_ = clock_.now() + kBetweenLooks;
  if (conditions_.take_settled()) probe_.forget();
  LYN_CHECK(probe_.look(stream, image, conditions_.share()));
  if (const auto look = probe_.take()) judge(*look);
  return {};
}

void SceneWatch::judge(const SceneLook& look) {
  for (const Conditions::Change& change : conditions_.see(look, clock_.now())) {
    if (wanted_[static_cast<std::size_t>(change.condition)]) say(change);
  }
}

void SceneWatch::say(const Conditions::Change& change) {
  tally_.condition(name_of(change.condition), change.holds);
  holding_ = 0;
  for (unsigned i = 0; i < kConditions; ++i) {
    const auto condition = static_cast<Condition>(i);
    if (wanted_[i] && conditions_.holds(condition)) names_[holding_++] = name_of(condition);
  }
  if (change.holds) return log::warning(fmt::format("{}: {}", camera_, words_of(change.condition)));
  log::info(fmt::format("{}: no longer {}, after {:.0f} s", camera_, name_of(change.condition),
                        std::chrono::duration<double>(change.after).count()));
}

}  // namespace lyn
