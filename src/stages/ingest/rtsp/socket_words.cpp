#include "stages/ingest/rtsp/socket_words.h"

#include <cerrno>
#include <system_error>

namespace lyn::rtsp {

Error explain_connect(int code) {
  if (code == ECONNREFUSED) {
    return {ErrorKind::source, "connection refused", "check host and port, and that RTSP is enabled",
            SourceFault::refused};
  }
  if (code == EHOSTUNREACH || code == ENETUNREACH) {
    return {ErrorKind::source, "no route to the host", "check the address and the network", SourceFault::refused};
  }
  const auto fault = code == ETIMEDOUT ? SourceFault::timeout : SourceFault::refused;
  return {ErrorKind::source, "no connection: " + std::generic_category().message(code), "check host, port and network",
          fault};
}

Error explain_lost(int code) {
  if (code == 0) {
    return {ErrorKind::source, "the camera closed the connection", "check the camera; it may have restarted",
            SourceFault::closed};
  }
  return {ErrorKind::source, "the connection broke: " + std::generic_category().message(code),
          "check the camera and the network", SourceFault::closed};
}

}  // namespace lyn::rtsp
