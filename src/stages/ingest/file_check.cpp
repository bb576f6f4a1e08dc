#include "stages/ingest/file_check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string_view>

namespace lyn {
namespace {

constexpr const char* kContainers = "give mp4, mov, mkv, webm, ts, or raw H.264 or HEVC";

Error error_of(const std::string& shown, const std::string& why, const std::string& remedy) {
  return {ErrorKind::source, shown + ": " + why, remedy};
}

Error explain_errno(const std::string& shown, int code) {
  if (code == ENOENT || code == ENOTDIR) return error_of(shown, "no such file", "check the path");
  if (code == EACCES || code == EPERM) {
    return error_of(shown, "no permission to read it", "let this user read the file and enter its folders");
  }
  return error_of(shown, std::strerror(code), "check that the file can be read");
}

std::string first_bytes(const std::string& path) {
  std::array<char, 4096> bytes{};
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), bytes.size());
  return {bytes.data(), static_cast<std::size_t>(file.gcount())};
}

bool is_text(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 ? byte != 0x7F : c == '\n' || c == '\r' || c == '\t';
  });
}

bool is_playlist(std::string_view bytes) {
  for (const std::string_view start : {"#EXTM3U", "ffconcat version", "[playlist]", "v=0"}) {
    if (bytes.starts_with(start)) return true;
  }
  return bytes.find("<MPD") != std::string_view::npos || bytes.find("<smil") != std::string_view::npos;
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

/// Walks the boxes of an ISO base media file (ISO/IEC 14496-12, 4.2) at its top level.
bool has_index(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 16> header{};
  std::uint64_t at = 0;
  while (file.seekg(static_cast<std::streamoff>(at)) && file.read(header.data(), 8)) {
    const std::string_view view(header.data(), header.size());
    if (view.substr(4, 4) == "moov") return true;
    std::uint64_t size = big_endian(view.substr(0, 4));
    if (size == 1 && file.read(header.data() + 8, 8)) size = big_endian(view.substr(8, 8));
    if (size < 8 || size > static_cast<std::uint64_t>(INT64_MAX) - at) return false;
    at += size;
  }
  return false;
}

}  // namespace

Status check_file(const std::string& path, const std::string& shown) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return explain_errno(shown, errno);
  if (S_ISDIR(found.st_mode)) return error_of(shown, "is a directory", "name one video file in it");
  if (!S_ISREG(found.st_mode)) return error_of(shown, "is not a regular file", "give a video file");
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return explain_errno(shown, errno);
  ::close(file);
  if (found.st_size == 0) return error_of(shown, "the file is empty", "record or copy it again");
  return {};
}

Error explain_not_a_video(const std::string& path, const std::string& shown, const std::string& format) {
  const std::string bytes = first_bytes(path);
  if (is_playlist(bytes)) {
    return error_of(shown, "is a playlist, not a video: files that it names are never opened",
                    "name the video file itself");
  }
  if (is_text(bytes)) return error_of(shown, "is text, not a video", kContainers);
  if (bytes.size() >= 8 && std::string_view(bytes).substr(4, 4) == "ftyp" && !has_index(path)) {
    return error_of(shown, "the file is cut short: its index (moov) is missing",
                    "copy it again; a recording that was broken off can only be repaired from a sound one");
  }
  if (!format.empty()) return error_of(shown, "format \"" + format + "\" is not read, or it is damaged", kContainers);
  return error_of(shown, "is not a video that can be recognised", kContainers);
}

}  // namespace lyn
