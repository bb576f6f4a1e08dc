#include "device/guarded_io.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "device/cpu/cpu_device.h"

namespace lyn {

void check_system_call(const char* call, ssize_t result, const void* buffer, std::size_t bytes) {
  if (result >= 0 || errno != EFAULT) return;
  const auto* first = static_cast<const char*>(buffer);
  if (is_trapped(first)) end_for_trapped_system_call(call, first);
  if (bytes > 0 && is_trapped(first + bytes - 1)) end_for_trapped_system_call(call, first + bytes - 1);
}

Status write_all(int fd, std::span<const std::byte> bytes, std::string_view what) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    check_system_call("write", written, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      return Error{ErrorKind::output, std::string(what) + ": cannot be written: " + std::strerror(errno),
                   errno == ENOSPC ? "free some space" : "check that its place exists and is writable"};
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::size_t> read_some(int fd, std::span<std::byte> room, std::string_view what) {
  for (;;) {
    const ssize_t got = ::read(fd, room.data(), room.size());
    check_system_call("read", got, room.data(), room.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EINTR) continue;
    return Error{ErrorKind::source, std::string(what) + ": cannot be read: " + std::strerror(errno),
                 "check that it is a readable file"};
  }
}

}  // namespace lyn
