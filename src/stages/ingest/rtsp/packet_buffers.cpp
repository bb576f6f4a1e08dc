#include "stages/ingest/rtsp/packet_buffers.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <utility>

namespace lyn::rtsp {

/// One packet's bytes, and the memory in which the shared_ptr that owns them keeps its counts.
struct PacketBuffers::Slot {
  static constexpr std::size_t kControlBytes = 128;
  std::vector<std::uint8_t> bytes;
  alignas(std::max_align_t) std::array<std::byte, kControlBytes> control{};
};

struct PacketBuffers::Store {
  std::mutex mutex;  ///< shared by the camera's threads alone
  std::vector<std::unique_ptr<Slot>> free;

  std::unique_ptr<Slot> take() {
    std::lock_guard lock(mutex);
    if (free.empty()) return std::make_unique<Slot>();
    auto slot = std::move(free.back());
    free.pop_back();
    return slot;
  }
  void give_back(Slot* slot) {
    std::unique_ptr<Slot> owned(slot);
    std::lock_guard lock(mutex);
    free.push_back(std::move(owned));
  }
};

namespace {

/// Places a shared_ptr's counts in the slot itself; when the counts go, the slot is free.
template <class T>
struct InSlot {
  using value_type = T;
  PacketBuffers::Slot* slot;
  std::shared_ptr<PacketBuffers::Store> store;

  InSlot(PacketBuffers::Slot* at, std::shared_ptr<PacketBuffers::Store> of) : slot(at), store(std::move(of)) {}
  template <class U>
  InSlot(const InSlot<U>& other) : slot(other.slot), store(other.store) {}

  T* allocate(std::size_t) {
    static_assert(sizeof(T) <= PacketBuffers::Slot::kControlBytes);
    return reinterpret_cast<T*>(slot->control.data());
  }
  void deallocate(T*, std::size_t) { store->give_back(slot); }
  template <class U>
  bool operator==(const InSlot<U>& other) const {
    return slot == other.slot;
  }
};

}  // namespace

PacketBuffers::PacketBuffers() : store_(std::make_shared<Store>()) {
  constexpr std::size_t kUsual = 128;  // what a full inbox and a decoder hold
  store_->free.reserve(kUsual);
}

void PacketBuffers::Building::append(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return;
  if (bytes_.size() < size_ + bytes.size() + kPadding) {
    bytes_.resize(std::max(size_ + bytes.size() + kPadding, 2 * bytes_.size()));
  }
  std::memcpy(bytes_.data() + size_, bytes.data(), bytes.size());
  size_ += bytes.size();
}

void PacketBuffers::Building::append(std::uint8_t byte) {
  append(std::span(&byte, 1));
}

Packet PacketBuffers::give_out(Building& building) {
  building.bytes_.resize(std::max(building.bytes_.size(), building.size_ + kPadding));
  std::memset(building.bytes_.data() + building.size_, 0, kPadding);
  Slot* slot = store_->take().release();
  std::swap(slot->bytes, building.bytes_);
  Packet packet;
  packet.bytes = {slot->bytes.data(), std::exchange(building.size_, 0)};
  // The slot goes back with the counts, which are the last to go.
  packet.owner = std::shared_ptr<const void>(
      static_cast<const void*>(slot), [](const void*) {}, InSlot<std::byte>(slot, store_));
  return packet;
}

}  // namespace lyn::rtsp
