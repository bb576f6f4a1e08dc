#include "cusim/driver/book.h"

#include <array>

namespace cusim {

const char* name_of(Kind kind) {
  constexpr std::array<const char*, static_cast<std::size_t>(Kind::count_)> kNames = {
      "context", "stream",  "event",  "module",  "graph",        "executable graph", "host memory", "reservation",
      "memory",  "mapping", "parser", "decoder", "mapped frame", "JPEG handle",      "JPEG state",  "JPEG parameters"};
  return kNames.at(static_cast<std::size_t>(kind));
}

void Book::born(Kind kind, std::uint64_t handle, int gpu) {
  entries_[{kind, handle}] = {gpu, true};
}

bool Book::uses(Kind kind, std::uint64_t handle, int gpu, const char* call) {
  const auto found = entries_.find({kind, handle});
  const std::string what = std::string(call) + ": the " + name_of(kind);
  if (found == entries_.end()) {
    find(what + " was never made");
  } else if (!found->second.alive) {
    find(what + " was given back before");
  } else if (found->second.gpu != gpu) {
    find(what + " belongs to GPU " + std::to_string(found->second.gpu) + ", and GPU " + std::to_string(gpu) +
         " is current");
  } else {
    return true;
  }
  return false;
}

bool Book::died(Kind kind, std::uint64_t handle, int gpu, const char* call) {
  if (!uses(kind, handle, gpu, call)) return false;
  entries_[{kind, handle}].alive = false;
  return true;
}

std::vector<std::string> Book::leaks() const {
  std::map<std::pair<Kind, int>, int> counts;
  for (const auto& [key, entry] : entries_) {
    if (entry.alive) ++counts[{key.first, entry.gpu}];
  }
  std::vector<std::string> sentences;
  for (const auto& [key, count] : counts) {
    sentences.push_back(std::to_string(count) + " x " + name_of(key.first) + " of GPU " + std::to_string(key.second) +
                        " never given back");
  }
  return sentences;
}

}  // namespace cusim
