#pragma once

#include <cstddef>
#include <cstdint>

namespace lyn::cupti {

/// The buffers that CUPTI fills with records. They live as long as the process, because CUPTI may hold one
/// after a session has ended, and are used again. Thread-safe.
class RecordBuffers {
 public:
  static constexpr std::size_t kBytes = 256U * 1024U;  ///< some 2,000 copies: small, so that records come soon
  static std::uint8_t* take();
  static void give_back(std::uint8_t* buffer);
};

}  // namespace lyn::cupti
