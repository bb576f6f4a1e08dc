#include "core/stderr_sink.h"

#include <unistd.h>

#include <cerrno>

#include "core/secret.h"

namespace lyn::log {

std::string one_line(std::string_view text) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      out.push_back(c);
    } else {
      out.append({'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
  return out;
}

StderrSink::StderrSink() {
  set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %-7l %v");
}

void StderrSink::sink_it_(const spdlog::details::log_msg& message) {
  const std::string text = one_line(redact({message.payload.data(), message.payload.size()}));
  spdlog::details::log_msg clean = message;
  clean.payload = text;
  spdlog::memory_buf_t line;
  formatter_->format(clean, line);
  const char* from = line.data();
  std::size_t left = line.size();
  while (left > 0) {
    const ssize_t written = ::write(STDERR_FILENO, from, left);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nowhere left to say so
    from += written;
    left -= static_cast<std::size_t>(written);
  }
}

}  // namespace lyn::log
