#pragma once

#include <cstddef>
#include <cstdint>

namespace lyn {

/// What one element of a model's input tensor is.
enum class ElementType : std::uint8_t { float32, float16, uint8 };

constexpr std::size_t element_bytes(ElementType type) {
  return type == ElementType::float32 ? 4 : type == ElementType::float16 ? 2 : 1;
}

}  // namespace lyn
