#include "core/stack_trace.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "core/elf_symbols.h"

namespace lyn {

namespace {

struct Place {
  const char* module = "?";
  std::uint64_t offset = 0;  ///< within the module
};

Place place_of(const void* pc) {
  const auto address = reinterpret_cast<std::uint64_t>(pc);
  Dl_info info{};
  link_map* module = nullptr;
  const int found = dladdr1(pc, &info, reinterpret_cast<void**>(&module), RTLD_DL_LINKMAP);
  if (found == 0 || info.dli_fname == nullptr || module == nullptr) return {"?", address};
  return {info.dli_fname, address - module->l_addr};
}

/// The loader knows the program by the name it was started with, which may be relative to an old folder.
const char* file_of(const char* module) {
  return access(module, R_OK) == 0 ? module : "/proc/self/exe";
}

/// Writes one frame into `line`; returns its length.
std::size_t format_frame(char* line, std::size_t size, int index, void* pc, bool exact) {
  // A return address may be the first byte of the next function: look one byte before it.
  const auto* asked = static_cast<const char*>(pc) - (exact ? 0 : 1);
  const Place place = place_of(asked);
  const ElfSymbols symbols(file_of(place.module));
  const auto symbol = symbols.find(place.offset);
  char* plain = symbol.name == nullptr ? nullptr : abi::__cxa_demangle(symbol.name, nullptr, nullptr, nullptr);
  const char* name = plain != nullptr ? plain : symbol.name != nullptr ? symbol.name : "?";
  const int length = std::snprintf(line, size, "  #%d %s+0x%llx (%s+0x%llx)\n", index, name,
                                   static_cast<unsigned long long>(symbol.offset), place.module,
                                   static_cast<unsigned long long>(place.offset));
  std::free(plain);
  if (length < 0) return 0;
  const auto whole = static_cast<std::size_t>(length);
  if (whole < size) return whole;
  line[size - 2] = '\n';
  return size - 1;
}

template <class Use>
void for_each_line(const StackTrace& trace, Use use) {
  char line[1024];
  for (int i = 0; i < trace.depth; ++i) {
    void* pc = trace.frames[static_cast<std::size_t>(i)];
    use(line, format_frame(line, sizeof line, i, pc, i == 0 && trace.first_is_exact));
  }
}

/// Drops what lies above `pc`: our own frames, the handler's, a sanitizer's. True when `pc` was found.
bool start_at(StackTrace& trace, const void* pc) {
  auto* const begin = trace.frames.data();
  auto* const end = begin + trace.depth;
  auto* const found = std::find(begin, end, pc);
  if (found == end) return false;
  trace.depth = static_cast<int>(std::copy(found, end, begin) - begin);
  return true;
}

}  // namespace

void prepare_stack_traces() {
  std::array<void*, 4> frames{};
  backtrace(frames.data(), static_cast<int>(frames.size()));  // loads libgcc_s, which allocates
}

[[gnu::noinline]] StackTrace capture_stack() {
  StackTrace trace;
  trace.depth = backtrace(trace.frames.data(), StackTrace::kMost);
  start_at(trace, __builtin_return_address(0));
  return trace;
}

StackTrace capture_stack_from(const void* pc) {
  StackTrace trace;
  trace.depth = backtrace(trace.frames.data(), StackTrace::kMost);
  trace.first_is_exact = start_at(trace, pc);
  return trace;
}

void write_stack(int fd, const StackTrace& trace) {
  for_each_line(trace, [fd](const char* line, std::size_t length) {
    [[maybe_unused]] const auto written = ::write(fd, line, length);
  });
}

std::vector<std::string> describe(const StackTrace& trace) {
  std::vector<std::string> lines;
  for_each_line(trace, [&](const char* line, std::size_t length) {
    if (length > 0) lines.emplace_back(line, length - 1);
  });
  return lines;
}

}  // namespace lyn
