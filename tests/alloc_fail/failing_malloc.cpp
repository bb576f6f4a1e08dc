#include "alloc_fail/failing_malloc.h"

#include <atomic>
#include <cerrno>
#include <cstddef>

// glibc's own, for programs that define the public names ("Replacing malloc" in its manual).
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);
}

namespace {

std::atomic<long> live{0};
thread_local long count = 0;
thread_local long fails_at = 0;  ///< 0: none
thread_local bool fails_after = false;

bool fails() {
  if (fails_at == 0) return false;
  ++count;
  return count == fails_at || (fails_after && count > fails_at);
}

void* counted(void* memory) {
  if (memory == nullptr) {
    errno = ENOMEM;
  } else {
    live.fetch_add(1, std::memory_order_relaxed);
  }
  return memory;
}

}  // namespace

extern "C" {

void* malloc(std::size_t bytes) {
  return counted(fails() ? nullptr : __libc_malloc(bytes));
}

void* calloc(std::size_t count_of, std::size_t bytes) {
  return counted(fails() ? nullptr : __libc_calloc(count_of, bytes));
}

void* realloc(void* memory, std::size_t bytes) {
  if (memory == nullptr) return malloc(bytes);
  if (bytes == 0) {
    live.fetch_sub(1, std::memory_order_relaxed);
    return __libc_realloc(memory, 0);
  }
  if (!fails()) return __libc_realloc(memory, bytes);
  errno = ENOMEM;
  return nullptr;
}

void* memalign(std::size_t alignment, std::size_t bytes) {
  return counted(fails() ? nullptr : __libc_memalign(alignment, bytes));
}

void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  return memalign(alignment, bytes);
}

int posix_memalign(void** to, std::size_t alignment, std::size_t bytes) {
  void* memory = memalign(alignment, bytes);
  if (memory == nullptr) return ENOMEM;
  *to = memory;
  return 0;
}

void free(void* memory) {
  if (memory != nullptr) live.fetch_sub(1, std::memory_order_relaxed);
  __libc_free(memory);
}
}

namespace lyn::failing {

void arm(long at, bool and_all_after) {
  count = 0;
  fails_after = and_all_after;
  fails_at = at;
}

long disarm() {
  fails_at = 0;
  return count;
}

long live_blocks() {
  return live.load(std::memory_order_relaxed);
}

}  // namespace lyn::failing
