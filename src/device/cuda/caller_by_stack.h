#pragma once

#include <span>
#include <string_view>

#include "core/stack_trace.h"
#include "device/caller.h"

namespace lyn::cupti {

/// Whose library called the driver, from the modules on the stack, innermost first: `own` (the callback),
/// then CUPTI, the driver and the runtime, then the caller. Stranger when it is nobody's that is known.
Caller caller_by_modules(std::span<const std::string_view> modules, std::string_view own);

/// The same for a stack taken inside a callback of CUPTI. Allocates nothing.
Caller caller_by_stack(const StackTrace& stack);

}  // namespace lyn::cupti
