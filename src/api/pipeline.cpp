#include "lynceus/pipeline.h"

#include <utility>

#include "config/config.h"
#include "core/clock.h"
#include "engine/engine.h"

namespace lyn {

struct Pipeline::Impl {
  std::unique_ptr<Engine> engine;
  bool ran = false;
};

namespace {

RunOptions run_options(PipelineOptions options) {
  RunOptions run;
  run.on_record = std::move(options.on_record);
  run.seconds = options.seconds;
  run.loop = options.loop;
  run.realtime = options.realtime;
  run.strict = options.strict;
  return run;
}

Result<std::unique_ptr<Engine>> make_engine(const Config& config, PipelineOptions options) {
  for (const CameraConfig& camera : config.cameras) {
    if (!camera.detector.model.empty()) continue;
    return Error{ErrorKind::usage, "detector.model is not set for camera " + camera.id,
                 "name a model card, or \"none\" to decode and letterbox only"};
  }
  return Engine::create(config, run_options(std::move(options)), system_clock());
}

}  // namespace

Pipeline::Pipeline(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Pipeline::Pipeline(Pipeline&& other) noexcept = default;
Pipeline& Pipeline::operator=(Pipeline&& other) noexcept = default;
Pipeline::~Pipeline() = default;

Result<Pipeline> Pipeline::from_file(const std::string& path, PipelineOptions options) {
  LYN_TRY(const Config config, load_config(path));
  LYN_TRY(auto engine, make_engine(config, std::move(options)));
  return Pipeline(std::make_unique<Impl>(Impl{std::move(engine)}));
}

Result<Pipeline> Pipeline::from_yaml(const std::string& yaml, PipelineOptions options) {
  LYN_TRY(const Config config, parse_config(yaml, "configuration"));
  LYN_TRY(auto engine, make_engine(config, std::move(options)));
  return Pipeline(std::make_unique<Impl>(Impl{std::move(engine)}));
}

PipelineOutcome Pipeline::run() {
  if (std::exchange(impl_->ran, true)) {
    return {{}, Error{ErrorKind::usage, "this pipeline has run already", "make another for another run"}, false};
  }
  RunOutcome outcome = impl_->engine->run();
  return {outcome.summary.json(), std::move(outcome.error), outcome.interrupted};
}

void Pipeline::stop() {
  impl_->engine->request_stop();
}

}  // namespace lyn
