#include "stages/output/rotation.h"

#include <cerrno>
#include <cstdio>

#include "core/write_error.h"

namespace lyn {
namespace {

std::string name_of(const std::string& path, int number) {
  return number == 0 ? path : path + "." + std::to_string(number);
}

}  // namespace

Status shift_full_files(const std::string& path, int keep) {
  // Without any to keep, opening the file anew empties it.
  for (int number = keep; number > 0; --number) {
    const std::string to = name_of(path, number);
    if (std::rename(name_of(path, number - 1).c_str(), to.c_str()) != 0 && errno != ENOENT) {
      return cannot_write(to, errno);
    }
  }
  return {};
}

}  // namespace lyn
