#include "core/write_error.h"

#include <cerrno>
#include <system_error>

namespace lyn {
namespace {

std::string remedy_for(int error, const std::string& path) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return "create the folder " + folder_of(path) + " first";
    case EISDIR:
      return "name a file in it";
    case EACCES:
    case EPERM:
      return "give this user the right to write in " + folder_of(path) + ", or name another place";
    case EROFS:
      return "name a place that is not read-only";
    case ENOSPC:
    case EDQUOT:
      return "free space there, or name another place";
    case EPIPE:
      return "keep its reader running";
    default:
      return "name another place";
  }
}

}  // namespace

std::string folder_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  return slash == std::string::npos ? "." : path.substr(0, slash == 0 ? 1 : slash);
}

Error cannot_write(const std::string& path, int error, const char* what) {
  const std::string shown = path == "-" ? "standard output" : path;
  return {ErrorKind::output, "cannot write " + (what + shown) + ": " + std::generic_category().message(error),
          remedy_for(error, path)};
}

Error deleted_meanwhile(const std::string& path, const char* what) {
  return {ErrorKind::output, "cannot write " + (what + path) + ": it was deleted while it was written",
          "leave it and its folder in place until the run has ended"};
}

}  // namespace lyn
