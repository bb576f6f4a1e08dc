#pragma once

#include <string>

#include "config/config.h"

namespace lyn {

/// The folder of what outlives a run: `state_dir`, else systemd's $STATE_DIRECTORY, else lynceus below
/// $XDG_STATE_HOME or ~/.local/state, else /var/lib/lynceus. It need not exist.
std::string state_home(const Config& config);

}  // namespace lyn
