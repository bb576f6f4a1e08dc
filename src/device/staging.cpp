#include <utility>

#include "device/device.h"

namespace lyn {

Result<Staging> Staging::create(Device& device, std::size_t bytes) {
  LYN_TRY(const ByteAddress address, device.allocate(MemoryKind::staging, bytes));
  Staging staging;
  staging.device_ = &device;
  // Host memory: the address is an ordinary pointer on every device.
  staging.bytes_ = {reinterpret_cast<std::byte*>(address.raw), bytes};
  return staging;
}

Staging::Staging(Staging&& other) noexcept
    : device_(std::exchange(other.device_, nullptr)), bytes_(std::exchange(other.bytes_, {})) {}

Staging& Staging::operator=(Staging&& other) noexcept {
  std::swap(device_, other.device_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

Staging::~Staging() {
  if (device_ == nullptr) return;
  device_->free(MemoryKind::staging, {reinterpret_cast<std::uintptr_t>(bytes_.data())}, bytes_.size());
}

}  // namespace lyn
