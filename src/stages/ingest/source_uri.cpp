#include "stages/ingest/source_uri.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <string_view>

#include "core/secret.h"

namespace lyn {
namespace {

constexpr const char* kReadable =
    "give the path of a video file, of a folder of pictures or of a camera (/dev/video0), or an rtsp://, http:// "
    "or https:// URL";

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
  return refused(shown, "protocol \"" + scheme + "\" is not read");
}

/// The device of a camera on this machine; empty for all other names.
std::string camera_device_of(const std::string& name) {
  constexpr std::string_view kPrefix = "v4l2:";
  constexpr unsigned kVideoDevices = 81;  // Documentation/admin-guide/devices.txt of Linux
  if (name.starts_with(kPrefix)) return name.substr(kPrefix.size());
  if (name.starts_with("/dev/video")) return name;
  struct stat facts {};
  const bool device = ::stat(name.c_str(), &facts) == 0 && S_ISCHR(facts.st_mode);
  return device && major(facts.st_rdev) == kVideoDevices ? name : "";
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
    if (scheme == "http" || scheme == "https") return SourceUri{SourceUri::Kind::http, scheme + uri.substr(end), shown};
    if (scheme == "file") return SourceUri{SourceUri::Kind::file, uri.substr(end + 3), shown};
    return refuse_protocol(scheme, shown);
  }
  if (const std::string device = camera_device_of(uri); !device.empty()) {
    return SourceUri{SourceUri::Kind::webcam, device, shown};
  }
  std::error_code ignored;
  const auto colon = uri.find_first_of(":,/");
  const bool names_protocol = colon != std::string::npos && uri[colon] != '/' &&
                              is_scheme(std::string_view(uri).substr(0, colon)) &&
                              !std::filesystem::exists(uri, ignored);
  if (names_protocol) return refuse_protocol(lower(std::string_view(uri).substr(0, colon)), shown);
  if (std::filesystem::is_directory(uri, ignored)) return SourceUri{SourceUri::Kind::stills, uri, shown};
  const bool pattern = uri.find_first_of("*?[") != std::string::npos && !std::filesystem::exists(uri, ignored);
  return SourceUri{pattern ? SourceUri::Kind::stills : SourceUri::Kind::file, uri, shown};
}

bool sets_its_pace(const SourceUri& uri) {
  if (uri.kind == SourceUri::Kind::rtsp || uri.kind == SourceUri::Kind::webcam) return true;
  if (uri.kind != SourceUri::Kind::http) return false;
  constexpr std::array kEndings = {".mp4", ".m4v", ".mov", ".mkv", ".webm", ".ts",    ".mpg", ".mpeg",
                                   ".avi", ".wmv", ".flv", ".jpg", ".jpeg", ".mjpeg", ".m3u8"};
  const std::string path = lower(uri.target.substr(0, uri.target.find_first_of("?#")));
  return std::ranges::none_of(kEndings, [&](const char* ending) { return path.ends_with(ending); });
}

std::string origin_of(const std::string& url) {
  const auto end = url.find("://");
  const std::string scheme = end == std::string::npos ? "" : lower(std::string_view(url).substr(0, end));
  if (scheme != "http" && scheme != "https") return "";
  std::string host = url.substr(end + 3, url.find_first_of("/?#", end + 3) - (end + 3));
  if (const auto at = host.rfind('@'); at != std::string::npos) host.erase(0, at + 1);
  const auto colon = host.rfind(':');
  const bool has_port = colon != std::string::npos && host.find(']', colon) == std::string::npos;
  return scheme + "://" + lower(host) + (has_port ? "" : scheme == "https" ? ":443" : ":80");
}

}  // namespace lyn
