#include "config/read_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "config/problems.h"

namespace lyn::config {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

Error cannot_read(const std::string& path, int error) {
  std::string remedy;
  if (error == ENOENT) remedy = "check the path";
  if (error == EISDIR) remedy = "name a file in it";
  if (error == EACCES) remedy = "give this user the right to read it";
  return {ErrorKind::usage, fmt::format("cannot read {}: {}", quote(path), std::generic_category().message(error)),
          remedy};
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t most) {
  errno = 0;
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return cannot_read(path, errno);
  std::string bytes(most + 1, '\0');
  const std::size_t size = std::fread(bytes.data(), 1, bytes.size(), file.get());
  if (std::ferror(file.get()) != 0) return cannot_read(path, errno);
  if (size > most) {
    return Error{ErrorKind::usage, fmt::format("{} is larger than {} KiB", quote(path), most >> 10U), "check the path"};
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace lyn::config
