#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.h"

namespace lyn::config {

/// A text whose secrets were filled in, and what people may see of it.
struct Expanded {
  std::string text;
  std::string shown;  ///< each filled-in part is `***`
};

/// Replaces ${NAME} by the environment's value; `$${` stands for a literal `${`.
/// Errors (kind `usage`, no place): a variable that is not set, a name that is none, a missing brace.
Result<Expanded> expand_environment(std::string_view text);

/// The first line of a secret's file, at most 64 KiB, without its line end. Errors (kind `usage`)
/// name the file and never its content: missing, unreadable, empty, several lines.
Result<Expanded> read_secret_file(const std::filesystem::path& path);

/// The inverse of the escape: a text that expand_environment() gives back unchanged.
std::string escape_environment(std::string_view text);

}  // namespace lyn::config
