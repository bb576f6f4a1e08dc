#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>

#include "app/assets.h"
#include "app/commands.h"
#include "app/run_config.h"
#include "app/run_engine.h"

namespace lyn {

namespace {

constexpr double kSecondsWithoutTerminal = 60;

struct SampleCamera {
  const char* id;
  const char* file;
};
constexpr std::array<SampleCamera, 3> kSamples{{{"corridor", "samples/one-by-one-person-detection.mp4"},
                                                {"road", "samples/car-detection.mp4"},
                                                {"table", "samples/bottle-detection.mp4"}}};

}  // namespace

int demo_command(const DemoArguments& arguments) {
  RunArguments run;
  for (const SampleCamera& sample : kSamples) {
    const auto file = find_asset(sample.file);
    if (!file)
      return report(
          {ErrorKind::source, std::string(sample.file) + " was not found", "run the demo from the project's folder"});
    run.sources.push_back(std::string(sample.id) + "=" + file->string());
  }
  std::error_code failed;
  std::filesystem::create_directories(arguments.out, failed);
  if (failed)
    return report({ErrorKind::output, arguments.out + ": cannot be created", "name another folder with --out"});
  run.device = arguments.device;
  run.out = arguments.out + "/{camera}.mp4";
  run.detections = arguments.out + "/detections.jsonl";
  run.summary = arguments.out + "/summary.json";
  run.loop = run.realtime = true;
  run.seconds = arguments.seconds;
  if (!run.seconds && isatty(STDOUT_FILENO) == 0) run.seconds = kSecondsWithoutTerminal;

  const auto config = build_run_config(run);
  if (!config) return report(config.error());
  std::fprintf(stderr, "Three sample cameras, looped at their own pace, %s. Results: %s/\n",
               run.seconds ? "for a while" : "until Ctrl-C", arguments.out.c_str());
  return run_engine(*config, build_run_options(run), {false, run.summary});
}

}  // namespace lyn
