#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"
#include "core/clock.h"
#include "core/result.h"
#include "device/violation.h"
#include "device/witness.h"
#include "engine/devices/run_devices.h"
#include "engine/lane/lane.h"
#include "engine/outputs/outputs.h"
#include "engine/reload_plan.h"
#include "engine/run/backend.h"
#include "engine/run/run_options.h"
#include "engine/run/stage_set.h"
#include "engine/run/summary.h"

namespace lyn {

/// How a run ended: its summary always, and what ended it early.
struct RunOutcome {
  RunSummary summary;
  std::optional<Error> error;  ///< gives the exit code
  bool interrupted = false;    ///< request_stop() ended it
};

/// The devices of a run, and a lane for each camera of a configuration.
class Engine {
 public:
  /// Opens the devices and loads the models. Errors: `usage`, `device`.
  static Result<std::unique_ptr<Engine>> create(const Config& config, RunOptions options, const Clock& clock);
  ~Engine();

  /// Runs until every source has ended, `options.seconds` are over, or something ends it.
  /// `progress` is called each `period` on the calling thread; may be empty.
  RunOutcome run(const std::function<void(const RunSummary&)>& progress = {},
                 std::chrono::seconds period = std::chrono::seconds(1));
  /// Ends run(), from any thread; outputs are finalised. More calls change nothing.
  void request_stop();
  /// Has run() call `read` and change over to that configuration, from any thread. All of it takes effect or, where it
  /// has an error, none of it, and the log says which. Cameras that stay as they were do not notice.
  void request_reload(std::function<Result<Config>()> read);
  /// What has happened so far.
  [[nodiscard]] RunSummary summary() const;
  /// The first that has a camera.
  [[nodiscard]] Device& device() { return devices_->opened().front()->device(); }

 private:
  Engine(const Config& config, RunOptions options, const Clock& clock);
  static Status check(const Config& config, const RunOptions& options);
  Status open();
  Status open_witness();
  void hear_witness(RunSummary& summary);
  Status add_lane(const CameraConfig& camera);
  Result<std::unique_ptr<Lane>> make_lane(const CameraConfig& camera, std::size_t number, bool again);
  // admission.cpp
  [[nodiscard]] std::unique_ptr<RoomCheck> room_for(const CameraConfig& camera, RunDevice& on, const LaneModel& model);
  void answered(const std::string& camera, const AdmissionAnswer& answer);
  [[nodiscard]] std::optional<Error> none_admitted() const;
  // reload.cpp
  void reload(const std::function<Result<Config>()>& read);
  Status change_to(const Config& next);
  Result<std::vector<std::unique_ptr<Lane>>> make_lanes(const Config& next, const ReloadPlan& plan);
  void end_lane(const std::string& id, const char* why);
  void start_lane(std::unique_ptr<Lane> lane);
  // engine_wait.cpp
  void wait(const std::function<void(const RunSummary&)>& progress, std::chrono::seconds period);
  [[nodiscard]] bool over(Clock::Monotonic now);
  [[nodiscard]] std::optional<Clock::Monotonic> next_deadline(std::optional<Clock::Monotonic> progress_due) const;
  [[nodiscard]] bool waits_for_first_frame() const { return options_.sources_from_command_line && with_frames_ == 0; }
  [[nodiscard]] bool reads_devices() const;
  void take_readings(Clock::Monotonic now);
  void end_lanes();
  void lane_ended(Lane& lane, RunDevice& on, std::optional<Error> error);
  void first_frame();
  void lane_cold(const Lane& lane, RunDevice& on);
  void device_warm();
  // moves.cpp
  [[nodiscard]] bool can_move(const Lane& lane, RunDevice& on, const std::optional<Error>& error) const;
  void move_lane(const std::string& id, const Error& why);
  [[nodiscard]] bool ran_before(const std::string& id) const;
  [[nodiscard]] std::optional<Error> no_frame_came() const;
  [[nodiscard]] std::optional<Error> none_is_left() const;
  [[nodiscard]] std::string causes() const;
  [[nodiscard]] std::optional<Error> paused_output() const;
  void add_cameras(RunSummary& summary) const;
  /// With the lock held: somebody may switch one on.
  [[nodiscard]] bool all_disabled() const { return lanes_.empty() && disabled_ > 0; }
  void violated(const std::string& what);
  void check_budgets();
  [[nodiscard]] std::optional<Error> verdict() const;

  Config config_;
  const RunOptions options_;
  const Clock& clock_;
  StageStats stats_;
  StageSet stages_{stats_};
  ViolationLog violations_;
  std::unique_ptr<Witness> witness_;  ///< before the devices, so that it sees all of them; null: nobody watches
  std::unique_ptr<RunDevices> devices_;
  RecordFiles records_;
  Clock::Monotonic started_{};
  double cpu_at_start_ = 0;
  Clock::Monotonic last_reading_{};  ///< of the devices; thread of run()

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::function<Result<Config>()> reload_;  ///< asked for, not done yet
  std::vector<CameraSummary> gone_;         ///< of cameras that a reload ended
  std::size_t disabled_ = 0;                ///< cameras
  std::size_t running_ = 0;                 ///< lanes that have not ended
  std::size_t with_frames_ = 0;             ///< lanes that gave a frame
  /// Cameras whose device was lost or has no room, to be moved to another, and what was said of that.
  std::vector<std::pair<std::string, Error>> homeless_;
  bool stop_ = false;
  bool gave_up_waiting_ = false;                ///< no frame within the time that sources get
  std::optional<Error> fatal_;                  ///< ends the run: outputs, device, violations
  std::optional<Error> source_error_;           ///< of the first source that failed
  std::optional<Error> undecodable_;            ///< of the first that the device cannot decode while others run on
  std::map<std::string, std::string> refused_;  ///< cameras that there is no room for, and why
  std::size_t next_number_ = 0;                 ///< of a camera that is added; main thread
  std::vector<std::unique_ptr<Lane>> lanes_;    ///< changed by the thread of run() alone, under the lock
};

}  // namespace lyn
