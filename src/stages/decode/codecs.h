#pragma once

#include <string>

namespace lyn {

/// The libraries that decode on `cpu` and the codecs that Lynceus takes from each, for `doctor`.
std::string software_decoders();

}  // namespace lyn
