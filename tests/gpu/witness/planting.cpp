#include "gpu/witness/planting.h"

#include <cstring>

namespace lyn {
namespace {

Config whole_lane(const PlantOptions& options) {
  Config config;
  config.device = "cuda";
  config.witnesses = options.witnesses;
  config.detector.model = "none";
  config.outputs.frame_hash = options.hash;
  config.outputs.detections = "/dev/null";
  const char* repository = std::getenv("LYN_REPOSITORY");  // a bundle runs elsewhere than where it was built
  const std::string folder = repository == nullptr ? LYN_SOURCE_DIR : repository;
  config.cameras.push_back(make_camera(config, "gate", folder + "/samples/car-detection.mp4"));
  EXPECT_TRUE(finalise(config));
  return config;
}

bool prepare(Ground& ground, Device& device) {
  ground.device = &device;
  auto context = cuda::context_of(device);
  auto stream = device.open_stream();
  if (!context || !stream) return false;
  ground.context = *context;
  ground.stream = std::move(*stream);
  auto kernels = cuda::KernelTable::load(ground.context);
  if (!kernels) return false;
  ground.kernels = std::move(*kernels);
  return true;
}

}  // namespace

RunOutcome run_with(const Plant& plant, const PlantOptions& options) {
  Ground ground;
  int frame = 0;
  RunOptions run;
  run.strict = options.strict;
  run.tap = [&](const char* stage, const Image& image) {
    if (std::strcmp(stage, "decode") == 0 && ++frame == options.frame && plant) plant(ground, image);
  };
  RunOutcome outcome;
  auto engine = Engine::create(whole_lane(options), run, system_clock());
  if (!engine) {
    outcome.error = engine.error();
    return outcome;
  }
  if (prepare(ground, (*engine)->device())) outcome = (*engine)->run();
  ground.kernels.reset();
  ground.stream.reset();
  return outcome;
}

void exit_after_run_with(const Plant& plant, const PlantOptions& options) {
  const RunOutcome outcome = run_with(plant, options);
  std::fprintf(stderr, "%s\n", outcome.summary.json().c_str());
  if (outcome.error) std::fprintf(stderr, "%s\n", outcome.error->text().c_str());
  const bool violated = outcome.error && outcome.error->kind == ErrorKind::violation;
  std::exit(violated ? 4 : outcome.error ? 1 : 0);
}

}  // namespace lyn
