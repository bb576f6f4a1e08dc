#include "stages/ingest/v4l2_calls.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

namespace lyn {
namespace {

int open_device(const char* path, int flags) {
  return ::open(path, flags);
}

/// A signal is no answer.
int control(int descriptor, unsigned long request, void* argument) {
  int code = 0;
  do {
    code = ::ioctl(descriptor, request, argument);
  } while (code < 0 && errno == EINTR);
  return code;
}

void* map(std::size_t bytes, int descriptor, long offset) {
  return ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, offset);
}

int wait(int descriptor, int wake, int milliseconds, short* events) {
  pollfd both[] = {{descriptor, POLLIN, 0}, {wake, POLLIN, 0}};
  const int ready = ::poll(both, 2, milliseconds);
  *events = both[0].revents;
  return ready;
}

}  // namespace

const V4l2Calls& system_v4l2_calls() {
  static const V4l2Calls calls{&open_device, &::close, &control, &map, &::munmap, &wait};
  return calls;
}

}  // namespace lyn
