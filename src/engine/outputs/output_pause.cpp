#include "engine/outputs/output_pause.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "core/log.h"
#include "core/write_error.h"

namespace lyn {

Status OutputPause::failed(const Error& error) {
  if (error.kind != ErrorKind::output) return error;
  const Clock::Monotonic now = setup_.clock.now();
  trying_at_.reset();
  if (!paused_at_) {
    if (resumed_at_ && now - *resumed_at_ >= kHealthy) wait_ = kFirstWait;
    paused_at_ = now;
    setup_.tally.output_paused(setup_.name, error.text());
    log::warning(fmt::format("{}: outputs.{} pauses: {}", setup_.camera, setup_.name, error.text()));
  }
  next_try_ = now + wait_;
  wait_ = std::min(2 * wait_, kLongestWait);
  left_out();
  return {};
}

void OutputPause::left_out() {
  ++left_out_;
  setup_.tally.output_left_out(setup_.name);
}

void OutputPause::worked() {
  if (!paused_at_) return;
  const Clock::Monotonic now = setup_.clock.now();
  if (!trying_at_) trying_at_ = now;
  if (now - *trying_at_ < setup_.settles) return;
  const double seconds = std::chrono::duration<double>(*trying_at_ - *paused_at_).count();
  log::info(fmt::format("{}: outputs.{} goes on after {:.1f} s; {} frames are not in it", setup_.camera, setup_.name,
                        seconds, std::exchange(left_out_, 0)));
  setup_.tally.output_resumed(setup_.name);
  paused_at_.reset();
  trying_at_.reset();
  resumed_at_ = now;
}

bool OutputPause::look_is_due() {
  constexpr std::chrono::seconds kLookEvery{1};
  const Clock::Monotonic now = setup_.clock.now();
  if (now < next_look_) return false;
  next_look_ = now + kLookEvery;
  return true;
}

bool can_pause(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::file_type type = fs::status(path, ignored).type();
  return path != "-" && (type == fs::file_type::regular || type == fs::file_type::directory ||
                         type == fs::file_type::not_found || type == fs::file_type::none);
}

bool begins_paused(const std::string& path) {
  std::error_code ignored;
  const std::string folder = folder_of(path);
  return can_pause(path) && !std::filesystem::is_directory(path, ignored) &&
         ::access(folder.c_str(), W_OK | X_OK) == 0 &&
         (::access(path.c_str(), F_OK) != 0 || ::access(path.c_str(), W_OK) == 0);
}

}  // namespace lyn
