#pragma once

#include <string>

namespace lyn {

/// `path`, or where something is there already the first of out-2.mp4, out-3.mp4, … that is free. What is no file or
/// folder (standard output, a device, a pipe) is given as it is.
std::string free_segment(const std::string& path);

}  // namespace lyn
