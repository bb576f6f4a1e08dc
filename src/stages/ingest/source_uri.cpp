#include "stages/ingest/source_uri.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string_view>

#include "core/secret.h"

namespace lyn {
namespace {

constexpr const char* kReadable = "give the path of a video file or an rtsp:// URL";

Error refused(const std::string& shown, const std::string& why, const std::string& remedy = kReadable) {
  return {ErrorKind::source, shown + ": " + why, remedy};
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool is_scheme(std::string_view text) {
  return text.size() > 1 && std::ranges::all_of(text, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.';
         });
}

Error refuse_protocol(const std::string& scheme, const std::string& shown) {
  if (scheme == "http" || scheme == "https") {
    return refused(shown, scheme + " is not built yet", "download the file first, or use the camera's rtsp:// URL");
  }
  return refused(shown, "protocol \"" + scheme + "\" is not read");
}

}  // namespace

Result<SourceUri> parse_source_uri(const std::string& uri) {
  const std::string shown = redact(uri);
  if (uri.empty()) return Error{ErrorKind::source, "the source has no name", kReadable};
  if (uri == "-") return refused(shown, "standard input is not read");
  if (uri.find('\0') != std::string::npos) return refused(shown, "the name has a zero byte in it");
  if (const auto end = uri.find("://"); end != std::string::npos && is_scheme(std::string_view(uri).substr(0, end))) {
    const std::string scheme = lower(std::string_view(uri).substr(0, end));
    if (scheme == "rtsp" || scheme == "rtsps") {
      return SourceUri{SourceUri::Kind::rtsp, scheme + uri.substr(end), shown};
    }
    if (scheme == "file") return SourceUri{SourceUri::Kind::file, uri.substr(end + 3), shown};
    return refuse_protocol(scheme, shown);
  }
  std::error_code ignored;
  const auto colon = uri.find_first_of(":,/");
  const bool names_protocol = colon != std::string::npos && uri[colon] != '/' &&
                              is_scheme(std::string_view(uri).substr(0, colon)) &&
                              !std::filesystem::exists(uri, ignored);
  if (names_protocol) return refuse_protocol(lower(std::string_view(uri).substr(0, colon)), shown);
  return SourceUri{SourceUri::Kind::file, uri, shown};
}

}  // namespace lyn
