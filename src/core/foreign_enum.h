#pragma once

#include <cstring>
#include <type_traits>

namespace lyn {

/// The number in a field of a C library's enum type. libavformat copies some of them from a file as they are: a
/// number that the enum does not have must not be read as one (C++ [expr.static.cast], UBSan's `enum` check).
template <class Enum>
int number_in(const Enum& field) {
  static_assert(std::is_enum_v<Enum> && sizeof(Enum) == sizeof(int));
  int number = 0;
  std::memcpy(&number, &field, sizeof number);
  return number;
}

}  // namespace lyn
