#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace lyn {

/// What went wrong, by who has to act. Each kind is one exit code of the command line (DESIGN 6).
enum class ErrorKind {
  usage,      ///< command line or configuration; exit 2
  source,     ///< a source cannot be opened or read; exit 3
  violation,  ///< pixels touched the host, or another promise was broken; exit 4
  device,     ///< the device or the model cannot do it; exit 5
  output,     ///< an output cannot be written; exit 6
  cancelled,  ///< the owner asked the wait to end; never shown to the user
};

/// Why a source failed, for whoever decides when to try it again.
enum class SourceFault {
  other,         ///< not told apart (files, mostly)
  unresolved,    ///< the host name is not known
  refused,       ///< connection refused, or no route to the host
  timeout,       ///< no answer in time: connecting, or to a request
  unauthorised,  ///< user or password refused, or no right to the stream: trying often locks accounts
  not_found,     ///< no stream of this name
  busy,          ///< the camera has no room for one more viewer, or failed inside
  not_rtsp,      ///< what answered is no RTSP server, or makes no sense
  tls,           ///< no secure connection: certificate, pin, protocol
  unsupported,   ///< codec, transport or packing that is not read
  no_media,      ///< PLAY was answered, but nothing decodable came
  stalled,       ///< media stopped
  closed,        ///< the camera ended the connection or the session
  elsewhere,     ///< it points to another host, which is not allowed
  limit,         ///< it asks for more than is taken: sizes, endless headers
};

/// An error as an operator reads it: what was tried, on what, and what would help.
struct Error {
  ErrorKind kind = ErrorKind::device;
  std::string what;                        ///< one line, no trailing full stop; names the file, key, codec or node
  std::string remedy;                      ///< one line that says what would help; may be empty
  SourceFault fault = SourceFault::other;  ///< with kind `source`

  /// `what`, then the remedy behind a semicolon.
  [[nodiscard]] std::string text() const { return remedy.empty() ? what : what + "; " + remedy; }
};

/// A value or an Error. Library exceptions are turned into one of these where they are born.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() { return std::get<0>(state_); }
  const T& value() const { return std::get<0>(state_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace lyn
