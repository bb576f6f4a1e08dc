#pragma once

#include <string>

namespace lyn {

/// The library that decodes on `cpu` and the codecs that Lynceus takes from it, for `doctor`.
std::string software_decoders();

}  // namespace lyn
