#pragma once

#include <cstddef>

namespace lyn {

/// What is asked of the kernel for a camera, each as the system call of its name: tests answer in its place.
struct V4l2Calls {
  int (*open)(const char* path, int flags);
  int (*close)(int descriptor);
  int (*control)(int descriptor, unsigned long request, void* argument);  ///< ioctl()
  void* (*map)(std::size_t bytes, int descriptor, long offset);           ///< MAP_FAILED when it fails
  int (*unmap)(void* memory, std::size_t bytes);
  /// poll() for pictures on `descriptor`, and for `wake` to become readable; -1 waits for ever. Gives revents of the
  /// first.
  int (*wait)(int descriptor, int wake, int milliseconds, short* events);
};

const V4l2Calls& system_v4l2_calls();

}  // namespace lyn
