#include <cctype>
#include <filesystem>

#include "stages/ingest/source.h"
#include "stages/ingest/source_uri.h"

namespace lyn {

std::string default_camera_id(const std::string& uri, int number) {
  constexpr std::size_t kLongest = 64;
  const std::string fallback = "camera" + std::to_string(number);
  const auto parsed = parse_source_uri(uri);
  const bool named = parsed && (parsed->kind == SourceUri::Kind::file || parsed->kind == SourceUri::Kind::stills);
  if (!named) return fallback;
  std::string id;
  for (const char c : std::filesystem::path(parsed->target).stem().string()) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte < 0x80 && (std::isalnum(byte) != 0 || c == '_' || c == '-');
    id.push_back(plain ? static_cast<char>(std::tolower(byte)) : '-');
  }
  id.resize(std::min(id.size(), kLongest));
  return id.find_first_not_of("-_") == std::string::npos ? fallback : id;
}

}  // namespace lyn
