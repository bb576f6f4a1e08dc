#pragma once

#include <functional>
#include <string>

#include "config/config.h"
#include "engine/run/run_options.h"

namespace lyn {

/// Runs a configuration to its end or to Ctrl-C, with progress and log, and prints the summary:
/// JSON on stdout (`json`), JSON in a file (`summary_path`), or text. Gives the exit code.
struct RunPresentation {
  bool json = false;
  std::string summary_path;
};
/// `reload`: reads the configuration anew when SIGHUP comes; empty where there is no file to read.
int run_engine(const Config& config, const RunOptions& options, const RunPresentation& presentation,
               const std::function<Result<Config>()>& reload = {});

}  // namespace lyn
