#include "stages/ingest/rtsp_words.h"

#include "stages/ingest/av_words.h"
#include "stages/ingest/ffmpeg.h"

namespace lyn {

Error explain_rtsp(const std::string& shown, int code, bool late) {
  const auto error = [&](const std::string& why, const char* remedy) {
    return Error{ErrorKind::source, shown + ": " + why, remedy};
  };
  if (late) return error("the camera did not answer in time", "check that it is switched on and reachable");
  switch (code) {
    case AVERROR_HTTP_UNAUTHORIZED:
      return error("the camera refused user or password", "check both; many tries may lock the account");
    case AVERROR_HTTP_FORBIDDEN:
      return error("the camera forbids this stream to the user", "give the user the right to view it");
    case AVERROR_HTTP_NOT_FOUND:
      return error("the camera has no stream of this name", "check the path behind the host");
    case AVERROR(ECONNREFUSED):
      return error("connection refused", "check host and port, and that RTSP is enabled");
    case AVERROR(EHOSTUNREACH):
    case AVERROR(ENETUNREACH):
      return error("no route to the host", "check the address and the network");
    case AVERROR(EIO):
      return error("the connection failed, or its host name is not known", "check host, port and network");
    case AVERROR_INVALIDDATA:
      return error("the answer is not RTSP", "check the port: 554 is usual");
    case AVERROR_EOF:
      return error("the camera closed the connection", "check the camera; it may have restarted");
    default:
      return error(av_words(code), "check that the URL plays elsewhere");
  }
}

}  // namespace lyn
