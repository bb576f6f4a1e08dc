#pragma once

#include <onnxruntime_cxx_api.h>

#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "device/caller.h"

namespace lyn::ort {

/// The process's one ONNX Runtime environment, made at first use and never torn down (sessions may end
/// after static objects do). Its messages go to lyn::log. Error `device`: the library is too old.
Result<Ort::Env*> environment();

/// The exception as one line in the words of ONNX Runtime, without source places.
std::string message_of(const Ort::Exception& exception);

/// While it lives, keeps every message that ONNX Runtime says on this thread, verbose ones too.
class LogCapture {
 public:
  LogCapture();
  ~LogCapture();
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

/// Runs `work`; an exception of ONNX Runtime becomes an Error of kind `device` that begins with `what`.
/// No exception of the library gets past this.
template <class Work>
auto guarded(const std::string& what, const std::string& remedy, Work&& work) -> Result<decltype(work())> {
  const CallerScope scope(Caller::onnxruntime);
  try {
    if constexpr (std::is_void_v<decltype(work())>) {
      std::forward<Work>(work)();
      return {};
    } else {
      return std::forward<Work>(work)();
    }
  } catch (const Ort::Exception& exception) {
    return Error{ErrorKind::device, what + ": " + message_of(exception), remedy};
  } catch (const std::exception& exception) {
    return Error{ErrorKind::device, what + ": " + exception.what(), remedy};
  }
}

}  // namespace lyn::ort
