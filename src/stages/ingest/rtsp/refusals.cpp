#include "stages/ingest/rtsp/refusals.h"

#include <algorithm>

#include "stages/ingest/rtsp/text.h"

namespace lyn::rtsp {

Refusal explain_status(int status, std::string_view method, bool udp) {
  switch (status) {
    case 403:
      return {SourceFault::unauthorised, "the camera forbids this stream to the user",
              "give the user the right to view it"};
    case 404:
      return {SourceFault::not_found, "the camera has no stream of this name", "check the path behind the host"};
    case 453:
    case 503:
      return {SourceFault::busy, "the camera serves as many streams as it can",
              "end other viewers, or raise its limit"};
    case 454:
      return {SourceFault::closed, "the camera forgot the session", "check the camera; it may have restarted"};
    case 461:
      return {SourceFault::unsupported, std::string("the camera does not send over ") + (udp ? "udp" : "tcp"),
              std::string("set transport: ") + (udp ? "tcp" : "udp")};
    default:
      return {status >= 500 ? SourceFault::busy : SourceFault::other,
              "the camera answered " + std::to_string(status) + " to " + std::string(method),
              "check that the URL plays elsewhere"};
  }
}

bool is_multicast(std::string_view host) {
  if (starts_with_word(host, "ff") && host.find(':') != std::string_view::npos) return true;
  const auto first = number<int>(host.substr(0, host.find('.')));
  return host.find('.') != std::string_view::npos && first && *first >= 224 && *first <= 239;
}

std::string printable(std::string_view text) {
  std::string out(text.substr(0, 120));
  std::ranges::replace_if(
      out, [](unsigned char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

}  // namespace lyn::rtsp
