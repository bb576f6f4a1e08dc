#pragma once

#include <string>

namespace lyn {

/// Name and version of the inference engine and its providers, for `doctor`.
std::string inference_runtime();

}  // namespace lyn
