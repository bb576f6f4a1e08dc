#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace cusim {

/// What the API makes and takes back.
enum class Kind {
  context,
  stream,
  event,
  module,
  graph,
  graph_exec,
  host_memory,
  reservation,
  memory,
  mapping,
  parser,
  decoder,
  mapped_frame,
  jpeg_handle,
  jpeg_state,
  jpeg_parameters,
  count_
};
const char* name_of(Kind kind);

/// Keeps account of every handle: which GPU it belongs to, whether it still lives. What does not add up becomes a
/// finding, a sentence. Not thread-safe: the lock of Machine stands around it.
class Book {
 public:
  void born(Kind kind, std::uint64_t handle, int gpu);
  /// False, with a finding, unless the handle lives and belongs to `gpu`.
  bool uses(Kind kind, std::uint64_t handle, int gpu, const char* call);
  /// The same; it lives no longer.
  bool died(Kind kind, std::uint64_t handle, int gpu, const char* call);
  void find(std::string sentence) { findings_.push_back(std::move(sentence)); }

  [[nodiscard]] const std::vector<std::string>& findings() const { return findings_; }
  /// What still lives: "2 events of GPU 0".
  [[nodiscard]] std::vector<std::string> leaks() const;

 private:
  struct Entry {
    int gpu = 0;
    bool alive = false;
  };
  std::map<std::pair<Kind, std::uint64_t>, Entry> entries_;
  std::vector<std::string> findings_;
};

}  // namespace cusim
