#include "device/cpu/trapped_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>

#include "device/cpu/cpu_device.h"

namespace lyn {

namespace detail {
constinit std::ptrdiff_t host_view_offset = 0;
}  // namespace detail

namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kMostAddresses = std::size_t{64} << 30;
constexpr std::size_t kFewestAddresses = std::size_t{64} << 20;

// Read by the signal handler: no locks.
constinit std::atomic<std::uintptr_t> trapped_begin{0};
constinit std::atomic<std::size_t> trapped_size{0};

std::size_t whole_pages(std::size_t bytes) {
  return (std::max<std::size_t>(bytes, 1) + kPage - 1) / kPage * kPage;
}

struct Views {
  std::byte* trapped = nullptr;
  std::byte* readable = nullptr;
};

/// Both views or none.
bool map_views(int file, std::size_t size, Views& views) {
  if (ftruncate(file, static_cast<off_t>(size)) != 0) return false;
  void* trapped = mmap(nullptr, size, PROT_NONE, MAP_SHARED | MAP_NORESERVE, file, 0);
  if (trapped == MAP_FAILED) return false;
  void* readable = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, file, 0);
  if (readable == MAP_FAILED) {
    munmap(trapped, size);
    return false;
  }
  // Pixels of other people's cameras do not belong into core dumps.
  madvise(trapped, size, MADV_DONTDUMP);
  madvise(readable, size, MADV_DONTDUMP);
  views = {static_cast<std::byte*>(trapped), static_cast<std::byte*>(readable)};
  return true;
}

/// A file beyond this would raise SIGXFSZ (`ulimit -f`).
std::size_t file_size_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return kMostAddresses;
  return std::min<std::size_t>(kMostAddresses, limit.rlim_cur);
}

Error no_addresses() {
  return Error{ErrorKind::device,
               std::string("device cpu: cannot reserve addresses for its memory: ") + std::strerror(errno),
               "raise the limits on address space and file size (ulimit -v, ulimit -f)"};
}

/// All pages now rather than one by one as they are first written: what a pool has taken is then what the
/// process takes, however deep a queue is filled later, and memory that is not there is an error here.
Status take_pages(void* readable, std::size_t bytes) {
  // Kernels before 5.14 do not know the advice: there, pages come one by one.
  if (madvise(readable, bytes, MADV_POPULATE_WRITE) == 0 || errno == EINVAL) return {};
  return Error{ErrorKind::device,
               "device cpu cannot take " + std::to_string(bytes) + " bytes of memory: " + std::strerror(errno),
               "free memory, or run fewer or smaller cameras"};
}

}  // namespace

bool is_trapped(const void* address) {
  const auto offset = reinterpret_cast<std::uintptr_t>(address) - trapped_begin.load(std::memory_order_acquire);
  return offset < trapped_size.load(std::memory_order_acquire);
}

TrappedMemory::TrappedMemory(int file, std::byte* trapped, std::size_t size)
    : file_(file), trapped_(trapped), ranges_(size) {}

Result<TrappedMemory*> TrappedMemory::instance() {
  // Never taken down: addresses stay what they are for the whole process.
  static const Result<TrappedMemory*> only = reserve();
  return only;
}

Result<TrappedMemory*> TrappedMemory::reserve() {
  const int file = memfd_create("lynceus-device", MFD_CLOEXEC);
  if (file < 0) return no_addresses();
  Views views;
  std::size_t size = kMostAddresses;
  while (size > file_size_limit() || !map_views(file, size, views)) {
    size /= 2;
    if (size >= kFewestAddresses) continue;
    const Error error = no_addresses();
    ::close(file);
    return error;
  }
  detail::host_view_offset = views.readable - views.trapped;
  trapped_begin.store(reinterpret_cast<std::uintptr_t>(views.trapped), std::memory_order_release);
  trapped_size.store(size, std::memory_order_release);
  return new TrappedMemory(file, views.trapped, size);
}

Result<ByteAddress> TrappedMemory::allocate(std::size_t bytes) {
  std::lock_guard lock(mutex_);
  const auto offset = ranges_.take(whole_pages(bytes));
  if (!offset) {
    return Error{ErrorKind::device,
                 "device cpu has no addresses left for " + std::to_string(bytes) + " bytes (largest free range " +
                     std::to_string(ranges_.largest_free()) + ")",
                 "raise the limit on address space (ulimit -v)"};
  }
  std::byte* address = trapped_ + *offset;
  if (Status taken = take_pages(address + detail::host_view_offset, whole_pages(bytes)); !taken) {
    ranges_.give_back(*offset, whole_pages(bytes));
    return taken.error();
  }
  return ByteAddress{reinterpret_cast<std::uintptr_t>(address)};
}

void TrappedMemory::free(ByteAddress address, std::size_t bytes) {
  const auto offset = address.raw - reinterpret_cast<std::uintptr_t>(trapped_);
  const auto size = whole_pages(bytes);
  std::lock_guard lock(mutex_);
  fallocate(file_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset), static_cast<off_t>(size));
  ranges_.give_back(offset, size);
}

}  // namespace lyn
