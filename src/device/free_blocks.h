#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "device/address.h"

namespace lyn {

struct Chunk;

/// A piece of device memory that is leased or waits in the free list of its size class.
struct Block {
  ByteAddress address;
  unsigned size_class = 0;
  Chunk* chunk = nullptr;  ///< what it was cut from
  std::atomic<std::uint32_t> next{0};
};

using BlockId = std::uint32_t;
constexpr BlockId kNoBlock = 0;

/// All blocks of a pool by number, from 1. Looking one up takes no lock; blocks never move.
class BlockTable {
 public:
  /// Makes room for `count` more. Not for two threads at once. False when there are too many.
  bool grow(std::size_t count) {
    while (room_ < size_ + count) {
      const std::size_t chunk = room_ / kChunk;
      if (chunk == chunks_.size()) return false;
      chunks_[chunk] = std::make_unique<Block[]>(kChunk);
      room_ += kChunk;
    }
    return true;
  }
  BlockId add() { return static_cast<BlockId>(size_++); }
  Block& operator[](BlockId id) { return chunks_[id / kChunk][id % kChunk]; }

 private:
  static constexpr std::size_t kChunk = 1024;
  std::array<std::unique_ptr<Block[]>, 1024> chunks_;
  std::size_t room_ = 0;
  std::size_t size_ = 1;  // 0 is kNoBlock
};

/// A last-in first-out list of free blocks without locks (Treiber's stack): cameras that lease and
/// give back at once never wait for each other. The head counts its changes, so that a block that
/// left and came back in between is noticed (the ABA problem).
class FreeList {
 public:
  FreeList() = default;
  /// Takes over a list that nobody else uses.
  FreeList(FreeList&& other) noexcept : head_(other.head_.exchange(0)) {}

  void push(BlockTable& blocks, BlockId id) {
    auto head = head_.load(std::memory_order_relaxed);
    do {
      blocks[id].next.store(block_of(head), std::memory_order_relaxed);
    } while (
        !head_.compare_exchange_weak(head, successor(head, id), std::memory_order_release, std::memory_order_relaxed));
  }

  /// kNoBlock when empty.
  BlockId pop(BlockTable& blocks) {
    auto head = head_.load(std::memory_order_acquire);
    while (block_of(head) != kNoBlock) {
      const BlockId next = blocks[block_of(head)].next.load(std::memory_order_relaxed);
      if (head_.compare_exchange_weak(head, successor(head, next), std::memory_order_acquire)) break;
    }
    return block_of(head);
  }

 private:
  static BlockId block_of(std::uint64_t head) { return static_cast<BlockId>(head); }
  static std::uint64_t successor(std::uint64_t head, BlockId id) { return ((head >> 32) + 1) << 32 | id; }

  std::atomic<std::uint64_t> head_{0};
};

}  // namespace lyn
