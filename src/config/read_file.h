#pragma once

#include <cstddef>
#include <string>

#include "core/result.h"

namespace lyn::config {

/// The whole file, if it has at most `most` bytes. Errors, kind `usage`, name the file and the cause:
/// missing, a folder, no permission, too large.
Result<std::string> read_file(const std::string& path, std::size_t most);

}  // namespace lyn::config
