#include "stages/ingest/rtsp/url.h"

#include <algorithm>

#include "stages/ingest/rtsp/text.h"

namespace lyn::rtsp {
namespace {

constexpr std::uint16_t kPort = 554;
constexpr std::uint16_t kTlsPort = 322;
constexpr std::size_t kLongest = 4096;

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto code = text[i] == '%' && i + 2 < text.size() + 0 ? number<unsigned>(text.substr(i + 1, 2), 16)
                                                                : std::optional<unsigned>{};
    if (code) i += 2;
    out.push_back(code ? static_cast<char>(*code) : text[i]);
  }
  return out;
}

bool could_break_a_line(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c <= ' ' || c == 0x7F; });
}

bool take_scheme(std::string_view& rest, Url& url) {
  for (const auto& [scheme, tls] : {std::pair{"rtsp://", false}, std::pair{"rtsps://", true}}) {
    if (!starts_with_word(rest, scheme)) continue;
    rest.remove_prefix(std::string_view(scheme).size());
    url.tls = tls;
    url.port = tls ? kTlsPort : kPort;
    return true;
  }
  return false;
}

void take_user(std::string_view& authority, Url& url) {
  const auto at = authority.rfind('@');
  if (at == std::string_view::npos) return;
  auto user = authority.substr(0, at);
  authority.remove_prefix(at + 1);
  url.has_user = true;
  url.user = percent_decoded(take_until(user, ':'));
  url.password = Secret(percent_decoded(user));
}

bool take_host(std::string_view authority, Url& url) {
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return false;
    url.host = authority.substr(1, end - 1);
    authority.remove_prefix(end + 1);
  } else {
    const auto end = std::min(authority.find(':'), authority.size());
    url.host = authority.substr(0, end);
    authority.remove_prefix(end);
  }
  if (url.host.empty() || url.host.find_first_of("[]@\"'<>\\") != std::string::npos) return false;
  if (authority.empty() || authority == ":") return true;
  const auto port = authority.front() == ':' ? number<std::uint16_t>(authority.substr(1)) : std::nullopt;
  if (!port || *port == 0) return false;
  url.port = *port;
  url.port_text = authority.substr(1);
  return true;
}

}  // namespace

std::string Url::text() const {
  const bool brackets = host.find(':') != std::string::npos;
  return std::string(tls ? "rtsps://" : "rtsp://") + (brackets ? "[" + host + "]" : host) +
         (port_text.empty() ? "" : ":" + port_text) + path;
}

std::optional<Url> parse_url(std::string_view text) {
  Url url;
  if (text.size() > kLongest || could_break_a_line(text) || !take_scheme(text, url)) return std::nullopt;
  const auto end = std::min(text.find_first_of("/?#"), text.size());
  auto authority = text.substr(0, end);
  url.path = text.substr(end);
  if (const auto fragment = url.path.find('#'); fragment != std::string::npos) url.path.resize(fragment);
  take_user(authority, url);
  if (!take_host(authority, url)) return std::nullopt;
  return url;
}

std::optional<Url> resolve_control(const Url& base, std::string_view control) {
  control = trim(control);
  if (control.empty() || control == "*") return base;
  if (control.find("://") != std::string_view::npos && control.find("://") < control.find_first_of("/?")) {
    return parse_url(control);
  }
  Url url = base;
  if (control.starts_with('/')) {
    url.path = control;
  } else {
    if (!url.path.ends_with('/')) url.path += '/';
    url.path += control;
  }
  return parse_url(url.text());
}

bool same_host(std::string_view host, std::string_view other) {
  return same_word(host, other);
}

}  // namespace lyn::rtsp
