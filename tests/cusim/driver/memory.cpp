#include "cusim/driver/memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "device/address.h"

namespace cusim {
namespace {

constexpr std::size_t kSpace = std::size_t{1} << 38U;  // of addresses; memory is what is touched
constexpr int kUnwritten = 0xA5;
/// Filling more than this costs more than it finds.
constexpr std::size_t kMostFilled = 8U << 20U;

struct Block {
  std::size_t bytes;
  int gpu;
};

class Arena {
 public:
  Arena() : file_(memfd_create("cusim", MFD_CLOEXEC)) {
    if (file_ < 0 || ftruncate(file_, static_cast<off_t>(kSpace)) != 0) fail();
    given_ = view();
    readable_ = view();
    lyn::detail::host_view_offset = readable_ - given_;  // this library's own: its kernels go by it
  }

  std::uint64_t reserve(std::size_t bytes) {
    if (bytes == 0 || bytes % kGranule != 0 || bytes > kSpace - next_ - kGranule) return 0;
    const std::uint64_t address = reinterpret_cast<std::uintptr_t>(given_) + next_;
    next_ += bytes + kGranule;  // nothing ever lies right behind
    return address;
  }

  bool back(std::uint64_t address, Block block) {
    std::byte* bytes = device_view(address);
    if (mprotect(bytes, block.bytes, PROT_READ | PROT_WRITE) != 0) return false;
    if (block.bytes <= kMostFilled) std::memset(bytes, kUnwritten, block.bytes);
    blocks_[address] = block;
    return true;
  }

  void unback(std::uint64_t address) {
    const auto found = blocks_.find(address);
    if (found == blocks_.end()) return;
    const std::size_t bytes = found->second.bytes;
    (void)mprotect(device_view(address), bytes, PROT_NONE);
    const auto place = static_cast<off_t>(address - reinterpret_cast<std::uintptr_t>(given_));
    (void)fallocate(file_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, place, static_cast<off_t>(bytes));
    blocks_.erase(found);
  }

  bool holds(std::uint64_t address, std::size_t bytes, int gpu) const {
    auto block = blocks_.upper_bound(address);
    if (block == blocks_.begin()) return false;
    --block;
    return block->second.gpu == gpu && address + bytes <= block->first + block->second.bytes;
  }

  void clear() {
    while (!blocks_.empty()) unback(blocks_.begin()->first);
    next_ = 0;
  }

 private:
  [[noreturn]] static void fail() {
    std::perror("cusim: no addresses for device memory");
    std::_Exit(98);
  }
  std::byte* view() const {
    void* start = mmap(nullptr, kSpace, PROT_NONE, MAP_SHARED | MAP_NORESERVE, file_, 0);
    if (start == MAP_FAILED) fail();
    return static_cast<std::byte*>(start);
  }

  int file_;
  std::byte* given_ = nullptr;
  std::byte* readable_ = nullptr;
  std::size_t next_ = 0;
  std::map<std::uint64_t, Block> blocks_;
};

Arena& arena() {
  static auto* arena = new Arena;
  return *arena;
}

}  // namespace

std::uint64_t reserve(std::size_t bytes) {
  return arena().reserve(bytes);
}
bool back(std::uint64_t address, std::size_t bytes, int gpu) {
  return arena().back(address, {bytes, gpu});
}
void unback(std::uint64_t address) {
  arena().unback(address);
}
bool is_memory(std::uint64_t address, std::size_t bytes, int gpu) {
  return arena().holds(address, bytes, gpu);
}
std::byte* device_view(std::uint64_t address) {
  return lyn::ByteAddress{address}.host_view();
}
void forget_memory() {
  arena().clear();
}

}  // namespace cusim
