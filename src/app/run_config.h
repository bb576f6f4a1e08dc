#pragma once

#include "app/arguments.h"
#include "config/config.h"
#include "core/result.h"
#include "engine/run/run_options.h"

namespace lyn {

/// The configuration that a command line asks for: the file, if one is named, with the flags on top.
/// Error `usage` names the flag or key and the remedy.
Result<Config> build_run_config(const RunArguments& arguments);

RunOptions build_run_options(const RunArguments& arguments);

}  // namespace lyn
