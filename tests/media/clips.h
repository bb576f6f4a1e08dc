#pragma once

#include <string>

namespace lyn::media {

/// A clip made by the ffmpeg command line tool: the path of `name` in the build folder's cache, made
/// by `ffmpeg <arguments> <path>` the first time. Other arguments make another file. Throws when
/// ffmpeg fails, with its words. Any number of test programs may ask at once.
std::string clip(const std::string& name, const std::string& arguments);

/// A lavfi source of `seconds` at `size` ("320x240") and `rate`, as input arguments.
std::string pattern(const std::string& size, int rate, double seconds);

/// A real clip of samples/.
std::string sample(const std::string& name);

/// A file of given content in the cache, written anew.
std::string file_of(const std::string& name, const std::string& content);
/// All bytes of a file.
std::string bytes_of(const std::string& path);

/// Where this source tree lies.
std::string source_folder();

}  // namespace lyn::media
