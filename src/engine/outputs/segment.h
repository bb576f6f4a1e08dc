#pragma once

#include <functional>
#include <string>

namespace lyn {

/// `path`, or where something is there already the first of out-2.mp4, out-3.mp4, … that is free. What is no file or
/// folder (standard output, a device, a pipe) is given as it is.
std::string free_segment(const std::string& path);

/// The same by another measure of what is taken.
std::string first_free(const std::string& path, const std::function<bool(const std::string&)>& taken);

}  // namespace lyn
