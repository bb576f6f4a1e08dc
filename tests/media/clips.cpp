#include "media/clips.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>

#include "media/command.h"

namespace lyn::media {
namespace {

namespace fs = std::filesystem;

fs::path cache() {
  fs::path folder = LYN_MEDIA_CACHE;
  fs::create_directories(folder);
  return folder;
}

}  // namespace

std::string clip(const std::string& name, const std::string& arguments) {
  std::ostringstream key;
  key << std::hex << std::hash<std::string>()(arguments);
  const fs::path folder = cache() / key.str();
  const fs::path path = folder / name;
  if (fs::exists(path)) return path;
  fs::create_directories(folder);
  const fs::path half = folder / (std::to_string(::getpid()) + "." + name);
  (void)output_of("ffmpeg -nostdin -v error -y " + arguments + " " + quoted(half.string()));
  fs::rename(half, path);
  return path;
}

std::string pattern(const std::string& size, int rate, double seconds) {
  return "-f lavfi -i testsrc2=size=" + size + ":rate=" + std::to_string(rate) + ":duration=" + std::to_string(seconds);
}

std::string sample(const std::string& name) {
  return source_folder() + "/samples/" + name;
}

std::string file_of(const std::string& name, const std::string& content) {
  const fs::path path = cache() / (std::to_string(::getpid()) + "." + name);
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

std::string source_folder() {
  return LYN_SOURCE_DIR;
}

}  // namespace lyn::media
