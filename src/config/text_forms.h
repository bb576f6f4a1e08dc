#pragma once

#include <string>
#include <string_view>

namespace lyn::config {

/// [a-z0-9_-]{1,64}
bool is_camera_id(std::string_view id);
/// cpu, cuda or cuda:N
bool is_device(std::string_view device);
bool is_one_device(std::string_view device);
/// True for "rtsp://…", "file:…": what is no path of a file.
bool has_scheme(std::string_view source);
/// The first {placeholder} that is not {camera}; empty where there is none.
std::string_view unknown_placeholder(std::string_view pattern);

/// What is said of a text that has not its form.
std::string refused_id(std::string_view id);
std::string refused_device(std::string_view device);
std::string refused_placeholder(std::string_view placeholder);

}  // namespace lyn::config
