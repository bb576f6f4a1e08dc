// Texts from outside: source names, secrets in them, labels.
#include "config/duration.h"
#include "core/secret.h"
#include "fuzz/fuzz.h"
#include "stages/ingest/source.h"
#include "stages/ingest/source_uri.h"
#include "stages/overlay/utf8.h"

namespace {

/// A password of characters that RFC 3986 allows there never shows, in a URL or in its query.
void check_password(const std::string& text) {
  constexpr const char* kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$*+%:";
  if (text.size() < 8 || text.find_first_not_of(kAllowed) != std::string::npos) return;
  for (const std::string& url :
       {"rtsp://user:" + text + "@10.0.0.7:554/main", "see http://h/x?a=1&token=" + text + " ."}) {
    lyn::fuzz::expect(lyn::redact(url).find(text) == std::string::npos, "a password never shows");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  using lyn::fuzz::expect;
  const std::string text(reinterpret_cast<const char*>(bytes), count);
  (void)lyn::redact(text);
  check_password(text);
  if (const auto uri = lyn::parse_source_uri(text)) expect(!uri->target.empty(), "a source has a target");
  const std::string id = lyn::default_camera_id(text, 3);
  expect(!id.empty() && id.size() <= 64, "a camera id has 1 to 64 letters");
  (void)lyn::config::parse_duration(text);
  std::size_t left = count;
  for (std::string_view rest = text; !rest.empty(); left = rest.size()) {
    (void)lyn::take_character(rest);
    expect(rest.size() < left || left == count, "each character takes at least a byte");
  }
  return 0;
}
