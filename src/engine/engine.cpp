#include "engine/engine.h"

#include <sys/resource.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "config/state_home.h"
#include "core/log.h"
#include "engine/camera_streams.h"
#include "engine/devices/lane_room.h"

namespace lyn {

namespace {

double process_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::create(const Config& config, RunOptions options, const Clock& clock) {
  LYN_CHECK(check(config, options));
  std::unique_ptr<Engine> engine(new Engine(config, std::move(options), clock));
  LYN_CHECK(engine->open());
  return engine;
}

Engine::Engine(const Config& config, RunOptions options, const Clock& clock)
    : config_(config),
      options_(std::move(options)),
      clock_(clock),
      violations_([this](const std::string& what) { violated(what); }) {}

Engine::~Engine() {
  end_lanes();
}

Status Engine::open() {
  std::vector<DeviceChoice> choices = options_.devices;
  if (choices.empty()) {
    LYN_TRY(choices, choose_devices(config_.device));
  }
  ModelsOptions models{state_home(config_)};
  models.rehearse = config_.admission != "off" || choices.size() > 1;
  models.deterministic = options_.deterministic;
  devices_ = std::make_unique<RunDevices>(std::move(choices), std::move(models), [this] { device_warm(); });
  LYN_CHECK(open_witness());
  for (const CameraConfig& camera : config_.cameras) LYN_CHECK(add_lane(camera));
  return {};
}

/// Where it was asked for and cannot be had, the run does not start: nothing would be proven.
Status Engine::open_witness() {
  const DeviceChoice& first = devices_->first();
  const auto open = first.backend->open_witness;
  if (config_.witnesses == "on" && open == nullptr) {
    return Error{ErrorKind::usage,
                 std::string("witnesses: on: nothing but the residency trap watches ") + config_.device,
                 "leave witnesses at auto, or name --device cuda"};
  }
  const bool wanted = config_.witnesses == "on" || (config_.witnesses == "auto" && options_.strict);
  if (!wanted || open == nullptr) return {};
  LYN_TRY(witness_, open(first.ordinal, violations_));
  return {};
}

Status Engine::add_lane(const CameraConfig& camera) {
  const std::size_t number = next_number_++;
  if (!camera.enabled) {
    ++disabled_;
    return {};
  }
  LYN_TRY(auto lane, make_lane(camera, number, false));
  lanes_.push_back(std::move(lane));
  return {};
}

Result<std::unique_ptr<Lane>> Engine::make_lane(const CameraConfig& camera, std::size_t number, bool again) {
  LYN_CHECK(check_streams(camera, options_.loop));
  // Before any lane runs: on `cuda` loading a model captures a graph, which other threads' calls would spoil.
  LYN_TRY(RunDevice* const on, devices_->seat(camera));
  const KeptTo near = on->kept_near();  // a new batcher's thread too
  LYN_TRY(const LaneModel* model,
          on->models().get(on->backend(), on->device(), camera.detector, options_.tap, clock_, stages_));
  devices_->expect(camera.id, need_of(camera, usual_stream(), *model, 0));
  const bool paced = options_.realtime && !is_camera(camera.source.reveal());
  const bool live = paced || is_camera(camera.source.reveal());
  SlotGroup* slots = nullptr;
  if (model->batcher) {
    LYN_TRY(slots, model->batcher->open_group(live));
  }
  LYN_TRY(auto results, Results::create(camera.detector, camera.tracker, model->labels));
  return std::make_unique<Lane>(
      Lane::Setup{camera,
                  number,
                  again,
                  config_.decode,
                  options_,
                  on->backend(),
                  on->device(),
                  *model,
                  records_,
                  stages_,
                  on->start_gate(),
                  clock_,
                  std::move(results),
                  live,
                  paced,
                  slots,
                  live ? room_for(camera, *on, *model) : nullptr,
                  [this, on](Lane& lane, std::optional<Error> error) { lane_ended(lane, *on, std::move(error)); },
                  [this](Lane&) { first_frame(); },
                  [on](Lane& lane, std::vector<Buffer> ahead) { on->lane_warm(lane, std::move(ahead)); },
                  [this, on](Lane& lane) { lane_cold(lane, *on); }});
}

RunOutcome Engine::run(const std::function<void(const RunSummary&)>& progress, std::chrono::seconds period) {
  started_ = clock_.now();
  cpu_at_start_ = process_cpu_seconds();
  running_ = lanes_.size();
  // All of them before the first starts: one that is warm early must not take the others for ended.
  for (auto& lane : lanes_) devices_->device_of(lane->id()).lane_cold(*lane);
  for (auto& lane : lanes_) {
    const KeptTo near = devices_->device_of(lane->id()).kept_near();
    lane->start();
  }
  wait(progress, period);
  end_lanes();
  RunOutcome outcome;
  outcome.summary = summary();
  hear_witness(outcome.summary);
  check_budgets();
  outcome.summary.violations = violations_.count();
  outcome.error = verdict();
  {
    std::lock_guard lock(mutex_);
    outcome.interrupted = stop_;
  }
  return outcome;
}

void Engine::end_lanes() {
  for (auto& lane : lanes_) lane->stop();
  for (auto& lane : lanes_) lane->join();
}

void Engine::request_stop() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
}

void Engine::lane_ended(Lane& lane, RunDevice& on, std::optional<Error> error) {
  on.lane_ended(lane);
  {
    std::lock_guard lock(mutex_);
    const bool moves = can_move(lane, on, error);
    // With one lane its error is the run's, which whoever called run() reports.
    if (error && !moves && !lane.refused() && lanes_.size() > 1) log::error(lane.id() + ": " + error->text());
    --running_;
    const bool refused_alone = error && error->kind == ErrorKind::device && error->fault == SourceFault::unsupported &&
                               lanes_.size() > 1 && !options_.sources_from_command_line && !on.is_lost();
    if (moves) {
      homeless_.emplace_back(lane.id(), *error);
    } else if (lane.refused()) {
      log::warning(lane.id() + ": refused: " + error->text());
    } else if (error && error->kind == ErrorKind::source) {
      if (!source_error_) source_error_ = error;
    } else if (refused_alone) {
      if (!undecodable_) undecodable_ = error;
    } else if (error && error->kind != ErrorKind::cancelled && !fatal_) {
      fatal_ = error;
    }
  }
  changed_.notify_all();
}

void Engine::first_frame() {
  {
    std::lock_guard lock(mutex_);
    ++with_frames_;
  }
  changed_.notify_all();
}

void Engine::violated(const std::string& what) {
  if (!options_.strict) return;
  {
    std::lock_guard lock(mutex_);
    if (!fatal_) fatal_ = Error{ErrorKind::violation, what, "the stack is in the log above"};
  }
  changed_.notify_all();
}

/// The lanes have ended and what they asked of the devices is done.
void Engine::hear_witness(RunSummary& summary) {
  if (!witness_) return;
  TransferLedger all;
  for (RunDevice* on : devices_->opened()) all.add(on->device().ledger());
  summary.witness = witness_->finish(all, summary.frames_decoded());
}

/// What a frame may send out is bounded by reason; a device that sent more on the whole broke it.
void Engine::check_budgets() {
  for (RunDevice* on : devices_->opened()) {
    std::uint64_t frames = 0;
    for (const auto& lane : lanes_) {
      if (&lane->device() == &on->device()) frames += lane->summary().frames_decoded;
    }
    for (const CameraSummary& camera : gone_) {
      if (camera.device == on->device().name()) frames += camera.frames_decoded;
    }
    on->check_budgets(frames, violations_);
  }
}

RunSummary Engine::summary() const {
  RunSummary summary;
  summary.device = devices_->name();
  summary.seconds = std::chrono::duration<double>(clock_.now() - started_).count();
  summary.cpu_seconds = process_cpu_seconds() - cpu_at_start_;
  add_cameras(summary);
  for (const RunDevice* on : devices_->opened()) on->add_to(summary);
  summary.witnessed = devices_->is_cuda();
  summary.residency = summary.witnessed ? "hardware" : "boundary";
  summary.stages = stats_.summaries();
  summary.violations = violations_.count();
  return summary;
}

}  // namespace lyn
