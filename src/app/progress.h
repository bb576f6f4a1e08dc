#pragma once

#include <chrono>
#include <functional>

#include "engine/run/summary.h"

namespace lyn {

/// How often a run shows how it goes: each second on a terminal, else every ten.
std::chrono::seconds progress_period();

/// Shows it, on stderr: one line that rewrites itself on a terminal, else a plain one.
std::function<void(const RunSummary&)> make_progress();

/// Ends the rewritten line, so that what follows starts on its own.
void end_progress();

}  // namespace lyn
