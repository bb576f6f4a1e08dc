#include <cstdlib>
#include <functional>
#include <iostream>

#include "app/commands.h"
#include "app/run_config.h"
#include "app/run_engine.h"

namespace lyn {

namespace {

constexpr const char* kExplanation =
    R"(lynceus run needs something to look at: a source, or a configuration with cameras.

  lynceus run --source video.mp4 --out annotated.mp4 --detections found.jsonl
  lynceus run --source gate=rtsp://user@10.0.0.7/main --source yard=rtsp://10.0.0.8/sub
  lynceus run cameras.yaml

All flags: `lynceus run --help`. A first look at it all: `lynceus demo`.
)";

}  // namespace

int run_command(const RunArguments& arguments) {
  const bool nothing = arguments.config.empty() && arguments.sources.empty() && arguments.source_files.empty() &&
                       std::getenv("LYNCEUS_SOURCE") == nullptr;
  if (nothing) {
    std::cerr << kExplanation;
    return exit_code(ErrorKind::usage);
  }
  const auto config = build_run_config(arguments);
  if (!config) return report(config.error());
  std::function<Result<Config>()> reload;
  if (!arguments.config.empty()) reload = [&] { return build_run_config(arguments); };
  return run_engine(*config, build_run_options(arguments), {arguments.json, arguments.summary}, reload);
}

}  // namespace lyn
