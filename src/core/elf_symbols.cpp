#include "core/elf_symbols.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

namespace lyn {

ElfSymbols::ElfSymbols(const char* path) {
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  struct stat status {};
  if (fstat(fd, &status) == 0 && status.st_size > 0) {
    size_ = static_cast<std::size_t>(status.st_size);
    void* mapped = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
    if (mapped != MAP_FAILED) file_ = static_cast<const unsigned char*>(mapped);
  }
  ::close(fd);
  if (file_ != nullptr) load_table();
}

ElfSymbols::~ElfSymbols() {
  if (file_ != nullptr) munmap(const_cast<unsigned char*>(file_), size_);
}

template <class T>
const T* ElfSymbols::at(std::uint64_t offset, std::uint64_t count) const {
  if (offset > size_ || count > (size_ - offset) / sizeof(T)) return nullptr;
  return reinterpret_cast<const T*>(file_ + offset);
}

void ElfSymbols::load_table() {
  const auto* header = at<Elf64_Ehdr>(0, 1);
  if (header == nullptr || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return;
  if (header->e_ident[EI_CLASS] != ELFCLASS64) return;
  const auto* sections = at<Elf64_Shdr>(header->e_shoff, header->e_shnum);
  if (sections == nullptr) return;
  for (unsigned i = 0; i < header->e_shnum; ++i) {
    const Elf64_Shdr& section = sections[i];
    // .symtab has what .dynsym has and more; a stripped file has .dynsym alone.
    const bool better = section.sh_type == SHT_SYMTAB || (section.sh_type == SHT_DYNSYM && symbols_ == nullptr);
    if (!better || section.sh_link >= header->e_shnum) continue;
    const Elf64_Shdr& strings = sections[section.sh_link];
    const auto* table = at<Elf64_Sym>(section.sh_offset, section.sh_size / sizeof(Elf64_Sym));
    const auto* names = at<char>(strings.sh_offset, strings.sh_size);
    if (table == nullptr || names == nullptr || strings.sh_size == 0) continue;
    symbols_ = table;
    count_ = section.sh_size / sizeof(Elf64_Sym);
    names_ = names;
    names_size_ = strings.sh_size;
  }
}

ElfSymbols::Symbol ElfSymbols::find(std::uint64_t address) const {
  Symbol found;
  const auto* table = static_cast<const Elf64_Sym*>(symbols_);
  for (std::size_t i = 0; i < count_; ++i) {
    const Elf64_Sym& symbol = table[i];
    if (ELF64_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_name >= names_size_) continue;
    if (address < symbol.st_value || address - symbol.st_value >= symbol.st_size) continue;
    found = {names_ + symbol.st_name, address - symbol.st_value};
  }
  return found;
}

}  // namespace lyn
