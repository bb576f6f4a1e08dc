#include <algorithm>
#include <utility>

#include "core/log.h"
#include "engine/engine.h"

namespace lyn {

void Engine::request_reload(std::function<Result<Config>()> read) {
  {
    std::lock_guard lock(mutex_);
    reload_ = std::move(read);
  }
  changed_.notify_all();
}

/// On the thread of run(), without the lock.
void Engine::reload(const std::function<Result<Config>()>& read) {
  const Result<Config> next = read();
  const Status done = next ? change_to(*next) : Status(next.error());
  if (!done) log::error("the configuration was not reloaded, nothing changes: " + done.error().text());
}

/// Everything that can be refused is done before anything is changed.
Status Engine::change_to(const Config& next) {
  LYN_CHECK(check(next, options_));
  LYN_TRY(const ReloadPlan plan, plan_reload(config_, next));
  if (devices_->is_cuda()) LYN_CHECK(check_prepared(config_, next, plan));
  LYN_TRY(auto made, make_lanes(next, plan));
  for (const std::string& id : plan.ended) {
    end_lane(id, "ended by a reload of the configuration");
    devices_->leave(id);
  }
  for (const std::size_t place : plan.changed)
    end_lane(next.cameras[place].id, "changed by a reload of the configuration");
  {
    std::lock_guard lock(mutex_);
    config_ = next;
    disabled_ = static_cast<std::size_t>(
        std::ranges::count_if(next.cameras, [](const CameraConfig& camera) { return !camera.enabled; }));
  }
  for (auto& lane : made) start_lane(std::move(lane));
  log::info("configuration reloaded: " + plan.text(next));
  return {};
}

/// The lanes of new and changed cameras, not started yet.
Result<std::vector<std::unique_ptr<Lane>>> Engine::make_lanes(const Config& next, const ReloadPlan& plan) {
  std::vector<std::unique_ptr<Lane>> lanes;
  for (const std::size_t place : plan.changed) {
    LYN_TRY(auto lane, make_lane(next.cameras[place], next_number_++, true));
    lanes.push_back(std::move(lane));
  }
  for (const std::size_t place : plan.added) {
    const CameraConfig& camera = next.cameras[place];
    LYN_TRY(auto lane, make_lane(camera, next_number_++, ran_before(camera.id)));
    lanes.push_back(std::move(lane));
  }
  return lanes;
}

/// Waits until what it had under way is written. The camera keeps its seat: another lane of it may have been made. One
/// that left for another device before anything came did nothing worth a word.
void Engine::end_lane(const std::string& id, const char* why) {
  const auto found = std::ranges::find_if(lanes_, [&](const auto& lane) { return lane->id() == id; });
  if (found == lanes_.end()) return;
  (*found)->stop();
  (*found)->join();
  CameraSummary last = (*found)->summary();
  last.cause = why;
  const bool idle = last.frames_in == 0 && !(last.record && last.record->frames_in > 0);
  std::lock_guard lock(mutex_);
  if (!idle || !(*found)->has_room_elsewhere()) gone_.push_back(std::move(last));
  lanes_.erase(found);
}

void Engine::start_lane(std::unique_ptr<Lane> lane) {
  Lane& started = *lane;
  {
    std::lock_guard lock(mutex_);
    lanes_.push_back(std::move(lane));
    ++running_;
  }
  const KeptTo near = devices_->device_of(started.id()).kept_near();
  started.start();
}

}  // namespace lyn
