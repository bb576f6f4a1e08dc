#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace lyn::media {

/// One argument as the shell takes it.
std::string quoted(const std::string& argument);

/// What a command prints; throws when it fails.
std::string output_of(const std::string& command);
std::vector<std::string> lines_of(const std::string& command);

/// A command whose output is read piece by piece.
class Pipe {
 public:
  explicit Pipe(const std::string& command);
  /// Reads up to `bytes`; fewer only at the end.
  std::string read(std::size_t bytes);

 private:
  struct Close {
    void operator()(std::FILE* file) const;
  };
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace lyn::media
