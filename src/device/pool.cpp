#include "device/pool.h"

#include <utility>
#include <vector>

#include "device/pool_impl.h"

namespace lyn {

Buffer::Buffer(Buffer&& other) noexcept
    : pool_(std::move(other.pool_)),
      address_(std::exchange(other.address_, {})),
      size_(std::exchange(other.size_, 0)),
      block_(std::exchange(other.block_, 0)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  if (this == &other) return *this;
  release();
  pool_ = std::move(other.pool_);
  address_ = std::exchange(other.address_, {});
  size_ = std::exchange(other.size_, 0);
  block_ = std::exchange(other.block_, 0);
  return *this;
}

Buffer::~Buffer() {
  release();
}

void Buffer::release() {
  if (pool_ == nullptr) return;
  pool_->impl_->give_back(block_);
  pool_.reset();
}

std::shared_ptr<Pool> Pool::create(Device& device, std::size_t cap_bytes) {
  return std::shared_ptr<Pool>(new Pool(device, cap_bytes));
}

Pool::Pool(Device& device, std::size_t cap_bytes) : impl_(std::make_unique<Impl>(device, cap_bytes)) {}

Pool::~Pool() {
  impl_->close();
}

Result<Buffer> Pool::lease(std::size_t bytes) {
  if (bytes > kLargestLease) {
    return Error{ErrorKind::device, "a lease of " + std::to_string(bytes) + " bytes is more than any device has", {}};
  }
  LYN_TRY(const BlockId id, impl_->take(bytes, size_class_of(bytes)));
  return Buffer(shared_from_this(), impl_->address_of(id), bytes, id);
}

Status Pool::reserve(std::size_t bytes, std::size_t count) {
  std::vector<Buffer> leases;
  leases.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    LYN_TRY(Buffer buffer, lease(bytes));
    leases.push_back(std::move(buffer));
  }
  return {};
}

void Pool::mark_cold() {
  impl_->mark_cold();
}

void Pool::mark_warm() {
  impl_->mark_warm();
}

std::size_t Pool::trim() {
  return impl_->trim();
}

void Pool::close() {
  impl_->close();
}

PoolStats Pool::stats() const {
  return impl_->stats();
}

}  // namespace lyn
