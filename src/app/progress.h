#pragma once

#include <functional>

#include "engine/run/summary.h"

namespace lyn {

/// Shows how a run goes, on stderr: one line that rewrites itself on a terminal, else a plain line
/// every ten seconds. Called about once a second.
std::function<void(const RunSummary&)> make_progress();

/// Ends the rewritten line, so that what follows starts on its own.
void end_progress();

}  // namespace lyn
