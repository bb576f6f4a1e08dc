#include "app/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace lyn {

namespace {

constexpr std::size_t kNamedCameras = 4;

/// What a camera had processed when `before` was taken; a reload may have begun it anew since.
std::uint64_t processed_before(const RunSummary& before, const CameraSummary& camera) {
  const auto known = std::ranges::find(before.cameras, camera.name, &CameraSummary::name);
  return known == before.cameras.end() || known->frames_processed > camera.frames_processed ? 0
                                                                                            : known->frames_processed;
}

std::string line_of(const RunSummary& now, const RunSummary& before) {
  const double step = now.seconds - before.seconds;
  std::string line = fmt::format("{:6.1f} s", now.seconds);
  double rate_of_all = 0;
  for (std::size_t i = 0; i < now.cameras.size(); ++i) {
    const CameraSummary& camera = now.cameras[i];
    const std::uint64_t earlier = processed_before(before, camera);
    const double rate = step > 0 ? static_cast<double>(camera.frames_processed - earlier) / step : 0.0;
    rate_of_all += rate;
    if (i < kNamedCameras) line += fmt::format(" | {} {} {:.1f}/s", camera.name, camera.frames_processed, rate);
  }
  if (now.cameras.size() > kNamedCameras)
    line += fmt::format(" | {} cameras {:.1f}/s", now.cameras.size(), rate_of_all);
  const double cores = step > 0 ? (now.cpu_seconds - before.cpu_seconds) / step : 0.0;
  return line + fmt::format(" | {:.2f} cores", cores);
}

}  // namespace

std::chrono::seconds progress_period() {
  constexpr std::chrono::seconds kPlain{10};
  return isatty(STDERR_FILENO) != 0 ? std::chrono::seconds(1) : kPlain;
}

std::function<void(const RunSummary&)> make_progress() {
  const bool terminal = isatty(STDERR_FILENO) != 0;
  auto before = std::make_shared<RunSummary>();
  return [=](const RunSummary& now) {
    const std::string line = line_of(now, *before);
    std::fprintf(stderr, terminal ? "\r\033[K%s" : "%s\n", line.c_str());
    *before = now;
  };
}

void end_progress() {
  if (isatty(STDERR_FILENO) != 0) std::fputs("\r\033[K", stderr);
}

}  // namespace lyn
