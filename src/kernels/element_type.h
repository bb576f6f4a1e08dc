#pragma once

#include <cstddef>
#include <cstdint>

namespace lyn {

/// What one element of a model's tensor is. Inputs are one of the first three; some models give classes as
/// integers.
enum class ElementType : std::uint8_t { float32, float16, uint8, int32, int64 };

constexpr std::size_t element_bytes(ElementType type) {
  switch (type) {
    case ElementType::uint8:
      return 1;
    case ElementType::float16:
      return 2;
    case ElementType::int64:
      return 8;
    default:
      return 4;
  }
}

}  // namespace lyn
