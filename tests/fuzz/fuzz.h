#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

/// What the fuzz targets share.
namespace lyn::fuzz {

/// Ends the run with the sentence that does not hold.
inline void expect(bool holds, const char* sentence) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", sentence);
  std::abort();
}

/// Takes values off the front of an input; zeros when it is used up.
class Bytes {
 public:
  Bytes(const std::uint8_t* bytes, std::size_t count) : rest_(bytes, count) {}

  [[nodiscard]] bool empty() const { return rest_.empty(); }
  [[nodiscard]] std::span<const std::uint8_t> rest() const { return rest_; }
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t first = rest_.front();
    rest_ = rest_.subspan(1);
    return first;
  }
  template <class Number>
  Number number() {
    Number value = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i) value = static_cast<Number>(value << 8 | byte());
    return value;
  }
  /// Up to `count` bytes.
  std::span<const std::uint8_t> take(std::size_t count) {
    const auto taken = rest_.first(count < rest_.size() ? count : rest_.size());
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

 private:
  std::span<const std::uint8_t> rest_;
};

/// A file of this process for code that reads files by path; gone with the process.
class InputFile {
 public:
  explicit InputFile(const char* suffix);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  void write(const std::uint8_t* bytes, std::size_t count) const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline InputFile::InputFile(const char* suffix) {
  const char* folder = std::getenv("TMPDIR");
  path_ = std::string(folder == nullptr ? "/tmp" : folder) + "/lyn-fuzz-XXXXXX";
  char* name = ::mkdtemp(path_.data());
  expect(name != nullptr, "a temporary folder can be made");
  path_ += std::string("/input") + suffix;
}

inline InputFile::~InputFile() {
  std::remove(path_.c_str());
  std::remove(path_.substr(0, path_.rfind('/')).c_str());
}

inline void InputFile::write(const std::uint8_t* bytes, std::size_t count) const {
  std::FILE* file = std::fopen(path_.c_str(), "wb");
  expect(file != nullptr, "the temporary file can be written");
  expect(std::fwrite(bytes, 1, count, file) == count, "the temporary file takes the input");
  std::fclose(file);
}

}  // namespace lyn::fuzz
