#pragma once

#include <cstddef>
#include <cstdint>

namespace lyn {

/// The function names of one program or library file, also the local ones, read in place from a
/// read-only mapping: nothing is allocated. Debian's libraries have only their exported names.
class ElfSymbols {
 public:
  /// Maps the file; without a symbol table, or when it is no 64-bit ELF file, find() finds nothing.
  explicit ElfSymbols(const char* path);
  ~ElfSymbols();
  ElfSymbols(const ElfSymbols&) = delete;
  ElfSymbols& operator=(const ElfSymbols&) = delete;

  struct Symbol {
    const char* name = nullptr;  ///< mangled; null when none covers the address
    std::uint64_t offset = 0;    ///< of the address within it
  };
  /// `address` as the file counts it (less the load address).
  [[nodiscard]] Symbol find(std::uint64_t address) const;

 private:
  void load_table();
  template <class T>
  const T* at(std::uint64_t offset, std::uint64_t count) const;

  const unsigned char* file_ = nullptr;
  std::size_t size_ = 0;
  const void* symbols_ = nullptr;
  std::size_t count_ = 0;
  const char* names_ = nullptr;
  std::size_t names_size_ = 0;
};

}  // namespace lyn
