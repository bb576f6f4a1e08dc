#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/media.h"

namespace lyn::rtsp {

/// What decoders may read past the end of a packet (AV_INPUT_BUFFER_PADDING_SIZE).
constexpr std::size_t kPadding = 64;

/// Buffers of one camera for the packets that it gives out. A buffer comes back when the last copy of
/// its packet goes, on whatever thread; after warm-up nothing is allocated.
class PacketBuffers {
 public:
  PacketBuffers();

  /// Bytes being put together. Belongs to one thread.
  class Building {
   public:
    void append(std::span<const std::uint8_t> bytes);
    void append(std::uint8_t byte);
    void shrink(std::size_t size) { size_ = size; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {bytes_.data(), size_}; }

   private:
    friend class PacketBuffers;
    std::vector<std::uint8_t> bytes_;  ///< its size is what may be written without asking for more
    std::size_t size_ = 0;
  };

  /// The bytes with padding behind them as a packet; `building` is empty afterwards, with another buffer.
  Packet give_out(Building& building);

  struct Store;
  struct Slot;

 private:
  std::shared_ptr<Store> store_;
};

}  // namespace lyn::rtsp
