#include "device/cpu/cpu_device.h"

#include <cstdlib>
#include <cstring>
#include <string>

#include "core/out_of_memory.h"
#include "device/cpu/host_memory.h"
#include "device/cpu/trapped_memory.h"

namespace lyn {

namespace {

constexpr std::size_t kStagingAlignment = 4096;

/// Work is done when the call returns, so there is nothing to wait for.
class CpuStream final : public Stream {
 public:
  Result<EventRef> record() override { return EventRef(); }
  Status wait(const EventRef& event) override { return event == nullptr ? Status() : event->wait(); }
  Status synchronize() override { return {}; }
};

Error out_of_memory(std::size_t bytes, std::uint64_t free_bytes) {
  return Error{ErrorKind::device,
               "device cpu cannot give " + std::to_string(bytes) + " bytes: " + std::to_string(free_bytes) +
                   " are free on this machine",
               "use fewer cameras or a smaller detector.batch.size"};
}

class CpuDevice final : public Device {
 public:
  CpuDevice(TrappedMemory& memory, std::size_t pool_cap_bytes)
      : Device("cpu", false, pool_cap_bytes), memory_(memory) {}
  ~CpuDevice() override { close_pool(); }

 private:
  Result<ByteAddress> do_allocate(MemoryKind kind, std::size_t bytes) override {
    // Pages come when they are touched: without this the system would end us then, with no sentence.
    if (const auto free_bytes = host_memory().free_bytes; bytes > free_bytes) return out_of_memory(bytes, free_bytes);
    if (kind == MemoryKind::device) return memory_.allocate(bytes);
    void* staging = nullptr;
    if (posix_memalign(&staging, kStagingAlignment, bytes == 0 ? 1 : bytes) != 0) return out_of_memory(bytes, 0);
    return ByteAddress{reinterpret_cast<std::uintptr_t>(staging)};
  }

  void do_free(MemoryKind kind, ByteAddress address, std::size_t bytes) override {
    if (kind == MemoryKind::device) {
      memory_.free(address, bytes);
    } else {
      std::free(reinterpret_cast<void*>(address.raw));
    }
  }

  Status do_copy(Stream& /*stream*/, Direction direction, ByteAddress to, ByteAddress from, CopyShape shape) override {
    if (shape.row_bytes == 0 || shape.rows == 0) return {};
    auto* target = reinterpret_cast<std::byte*>(to.raw);
    const auto* source = reinterpret_cast<const std::byte*>(from.raw);
    if (direction != Direction::out) {
      if (!is_trapped(target)) return not_ours(to);
      target = to.host_view();
    }
    if (direction != Direction::in) {
      if (!is_trapped(source)) return not_ours(from);
      source = from.host_view();
    }
    for (std::size_t row = 0; row < shape.rows; ++row) {
      std::memmove(target + row * shape.to_pitch, source + row * shape.from_pitch, shape.row_bytes);
    }
    return {};
  }

  Status do_launch(Stream& /*stream*/, const Kernel& kernel, const void* args, std::size_t /*bytes*/,
                   Grid grid) override {
    if (grid.x == 0 || grid.y == 0 || grid.z == 0) return {};
    if (kernel.host == nullptr) {
      return Error{ErrorKind::device, std::string("kernel ") + kernel.name + " has no form for device cpu", {}};
    }
    kernel.host(args, grid);
    return {};
  }

  Result<std::unique_ptr<Stream>> do_open_stream(StreamWork /*work*/) override {
    return std::unique_ptr<Stream>(std::make_unique<CpuStream>());
  }
  MemoryInfo do_memory() const override { return host_memory(); }

  static Error not_ours(ByteAddress address) {
    return Error{
        ErrorKind::device, "copy: address " + std::to_string(address.raw) + " is not memory of device cpu", {}};
  }

  TrappedMemory& memory_;
};

}  // namespace

Result<std::unique_ptr<Device>> open_cpu_device(std::size_t pool_cap_bytes) {
  return or_out_of_memory(ErrorKind::device, [&]() -> Result<std::unique_ptr<Device>> {
    LYN_TRY(TrappedMemory * memory, TrappedMemory::instance());
    return std::unique_ptr<Device>(std::make_unique<CpuDevice>(*memory, pool_cap_bytes));
  });
}

}  // namespace lyn
