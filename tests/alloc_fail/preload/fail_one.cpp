// Loaded before the C library (LD_PRELOAD): the allocation that LYN_FAIL_AT names, counted from 1 since main() over all
// threads, fails. With LYN_FAIL_COUNT set, the number of allocations is written to standard error at the end.
#include <dlfcn.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
}

namespace {

std::atomic<long> count{0};
std::atomic<long> fails_at{0};

using Main = int (*)(int, char**, char**);
Main real_main = nullptr;

int main_with_failures(int argc, char** argv, char** environment) {
  const char* asked = std::getenv("LYN_FAIL_AT");
  count = 0;
  fails_at = asked == nullptr ? 0 : std::atol(asked);
  return real_main(argc, argv, environment);
}

[[gnu::destructor]] void end() {
  if (std::getenv("LYN_FAIL_COUNT") == nullptr) return;
  char line[64];
  const int length = std::snprintf(line, sizeof line, "allocations: %ld\n", count.load());
  if (::write(STDERR_FILENO, line, static_cast<std::size_t>(length)) < 0) return;
}

bool fails() {
  const bool now = ++count == fails_at;
  if (now) errno = ENOMEM;
  return now;
}

}  // namespace

extern "C" {

/// What the program's start-up code calls with main().
int __libc_start_main(Main main, int argc, char** argv, void (*init)(), void (*fini)(), void (*end_loader)(),
                      void* stack) {
  using Start = int (*)(Main, int, char**, void (*)(), void (*)(), void (*)(), void*);
  const auto start = reinterpret_cast<Start>(::dlsym(RTLD_NEXT, "__libc_start_main"));
  real_main = main;
  return start(&main_with_failures, argc, argv, init, fini, end_loader, stack);
}

void* malloc(std::size_t bytes) {
  return fails() ? nullptr : __libc_malloc(bytes);
}
void* calloc(std::size_t count_of, std::size_t bytes) {
  return fails() ? nullptr : __libc_calloc(count_of, bytes);
}
void* realloc(void* memory, std::size_t bytes) {
  return fails() ? nullptr : __libc_realloc(memory, bytes);
}
void* memalign(std::size_t alignment, std::size_t bytes) {
  return fails() ? nullptr : __libc_memalign(alignment, bytes);
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
}
