#include "stages/ingest/av_words.h"

#include <array>
#include <cstdarg>
#include <mutex>

#include "core/log.h"
#include "core/out_of_memory.h"
#include "stages/ingest/ffmpeg.h"

namespace lyn {
namespace {

void on_av_log(void* context, int level, const char* format, std::va_list arguments) {
  if (level > AV_LOG_ERROR) return;
  static log::RateLimit limit;
  if (!limit.allow()) return;
  std::array<char, 512> line{};
  int prefix = 1;
  av_log_format_line2(context, level, format, arguments, line.data(), static_cast<int>(line.size()), &prefix);
  code_or_out_of_memory(0, [&] {
    std::string text(line.data());
    while (!text.empty() && text.back() == '\n') text.pop_back();
    log::debug("ffmpeg: " + text);
    return 0;
  });
}

}  // namespace

std::string av_words(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> words{};
  av_strerror(code, words.data(), words.size());
  return words.data();
}

void route_av_log() {
  static std::once_flag once;
  std::call_once(once, [] { av_log_set_callback(&on_av_log); });
}

}  // namespace lyn
