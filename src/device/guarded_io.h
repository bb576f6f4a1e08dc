#pragma once

#include <sys/types.h>

#include <cstddef>
#include <span>
#include <string_view>

#include "core/result.h"

namespace lyn {

/// Writes all of `bytes` to `fd`, through interruptions and short writes. Error kind `output` names
/// `what` (a path, usually) and the system's reason. Device memory among the bytes ends the process
/// as a violation (exit 4): the system call would fail with EFAULT and not fault.
Status write_all(int fd, std::span<const std::byte> bytes, std::string_view what = "output");

/// Reads up to `room.size()` bytes; returns how many, 0 at the end. Error kind `source`; guarded as above.
Result<std::size_t> read_some(int fd, std::span<std::byte> room, std::string_view what = "input");

/// For any other system call that takes a buffer: call it with what the call returned, right after
/// (it looks at errno). Ends the process when the call failed with EFAULT on device memory.
void check_system_call(const char* call, ssize_t result, const void* buffer, std::size_t bytes);

}  // namespace lyn
