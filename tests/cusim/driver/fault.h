#pragma once

#include <functional>

namespace cusim {

/// Runs a step of a GPU's work. False when it touched what is no memory; what it held then is lost. One at a time.
bool run_guarded(const std::function<void()>& step);

}  // namespace cusim
