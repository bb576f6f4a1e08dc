#pragma once

#include <string>

#include "config/config.h"
#include "engine/run_options.h"

namespace lyn {

/// Runs a configuration to its end or to Ctrl-C, with progress and log, and prints the summary:
/// JSON on stdout (`json`), JSON in a file (`summary_path`), or text. Gives the exit code.
struct RunPresentation {
  bool json = false;
  std::string summary_path;
};
int run_engine(const Config& config, const RunOptions& options, const RunPresentation& presentation);

}  // namespace lyn
