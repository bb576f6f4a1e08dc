#pragma once

#include <spdlog/sinks/base_sink.h>

#include <mutex>
#include <string>
#include <string_view>

namespace lyn::log {

/// `text` as one line: control characters (which a camera's name or a file's tag may hold) are
/// written as \xNN, so that no outside text can forge a line or drive a terminal.
std::string one_line(std::string_view text);

/// The last station of every line: hides secrets, keeps it one line, writes it to stderr at once.
class StderrSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  StderrSink();

 private:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}
};

}  // namespace lyn::log
