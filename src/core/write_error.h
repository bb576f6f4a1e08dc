#pragma once

#include <string>

#include "core/result.h"

namespace lyn {

/// The error of a file that cannot be written: kind `output`, the path, the system's reason, and what would
/// help against that reason. `error` is an errno; `what` comes before the path ("the video "), may be empty.
/// The path "-" is called standard output.
Error cannot_write(const std::string& path, int error, const char* what = "");

/// The error of a file that somebody deleted, alone or with its folder, while it was written.
Error deleted_meanwhile(const std::string& path, const char* what = "");

/// The folder that a file lies in, as its path says: "." where it names none.
std::string folder_of(const std::string& path);

}  // namespace lyn
