#include "stages/ingest/http_input.h"

#include <cstring>
#include <utility>

#include "core/secret.h"
#include "stages/ingest/av_words.h"

namespace lyn {
namespace {

/// aac: sound that an HLS playlist keeps apart, which is opened before it is left aside.
constexpr const char* kHttpFormats =
    "mov,matroska,mpegts,mpeg,avi,asf,flv,ivf,obu,h264,hevc,m4v,mpegvideo,mjpeg,mpjpeg,hls,aac";

const char* protocols_of(const SourceUri& uri) {
  return uri.target.starts_with("https:") ? "https,tls,tcp" : "http,https,tls,tcp";
}

bool verifies(const SourceOptions& source) {
  return source.tls.mode != TlsPolicy::Mode::insecure;
}

void set_connection(AvOptions& options, const SourceUri& uri, const SourceOptions& source) {
  options.set("protocol_whitelist", protocols_of(uri));
  options.set("tls_verify", std::int64_t{verifies(source) ? 1 : 0});
  if (!source.ca_file.empty()) options.set("ca_file", source.ca_file.c_str());
}

Error cancelled() {
  return {ErrorKind::cancelled, "reading was ended", ""};
}

/// JPEG pictures one behind the other; libavformat's guess is a single one.
const AVInputFormat* as_stream(const AVInputFormat* kind) {
  return std::strcmp(kind->name, "jpeg_pipe") == 0 ? av_find_input_format("mjpeg") : kind;
}

Result<AvIo> connect(const SourceUri& uri, const SourceOptions& source, Watch& watch) {
  if (source.tls.mode == TlsPolicy::Mode::pin && uri.target.starts_with("https:")) {
    return Error{ErrorKind::source, uri.shown + ": a certificate cannot be pinned for https",
                 "pin those of rtsps:// cameras only; https takes tls: verify or insecure"};
  }
  AvOptions options;
  set_connection(options, uri, source);
  const AVIOInterruptCB interrupt{&Watch::should_stop, &watch};
  AVIOContext* raw = nullptr;
  const int code = avio_open2(&raw, uri.target.c_str(), AVIO_FLAG_READ, &interrupt, options.get());
  if (code >= 0) return AvIo(raw);
  if (watch.verdict() == Watch::Verdict::interrupted) return cancelled();
  return explain_http(uri.shown, code, "", watch.verdict() == Watch::Verdict::late);
}

}  // namespace

Result<OpenedInput> open_http(const SourceUri& uri, const SourceOptions& source, Watch& watch) {
  OpenedInput input;
  LYN_TRY(input.io, connect(uri, source, watch));
  const AVInputFormat* kind = nullptr;
  av_probe_input_buffer2(input.io.get(), &kind, uri.target.c_str(), nullptr, 0, 0);
  const auto verdict = watch.verdict();
  if (verdict == Watch::Verdict::interrupted) return cancelled();
  if (verdict == Watch::Verdict::late) return explain_http(uri.shown, 0, "", true);
  if (kind == nullptr) return explain_http(uri.shown, AVERROR_INVALIDDATA, "", false);
  input.nested = std::make_unique<NestedOpens>();
  const bool playlist = std::strcmp(kind->name, "hls") == 0;
  if (playlist) *input.nested = {origin_of(uri.target), protocols_of(uri), "", verifies(source), source.ca_file};
  input.format = new_format(watch, input.nested.get());
  if (!input.format) return Error{ErrorKind::source, uri.shown + ": no memory left to open it", "stop other programs"};
  input.format->pb = input.io.get();
  AvOptions options;
  set_connection(options, uri, source);
  options.set("format_whitelist", kHttpFormats);
  // A connection that is kept would be used again without asking open_nested().
  if (playlist) options.set("http_persistent", std::int64_t{0});
  const int code = open_format(input.format, uri.target.c_str(), as_stream(kind), options);
  if (code >= 0) return input;
  if (watch.verdict() == Watch::Verdict::interrupted) return cancelled();
  return explain_http(uri.shown, code, input.nested->refused, watch.verdict() == Watch::Verdict::late);
}

Error explain_http(const std::string& shown, int code, const std::string& refused, bool late) {
  const auto error = [&](const std::string& why, const char* remedy, SourceFault fault = SourceFault::other) {
    return Error{ErrorKind::source, shown + ": " + why, remedy, fault};
  };
  if (!refused.empty()) {
    return error("the playlist names " + redact(refused) + ", which is not on its own host",
                 "name that one itself, or have one server serve both", SourceFault::elsewhere);
  }
  if (late) return error("the server did not answer in time", "check that it is reachable", SourceFault::timeout);
  switch (code) {
    case AVERROR_HTTP_UNAUTHORIZED:
      return error("the server refused user or password", "write them into the URL, or check them",
                   SourceFault::unauthorised);
    case AVERROR_HTTP_FORBIDDEN:
      return error("the server forbids it to the user", "give the user the right to read it",
                   SourceFault::unauthorised);
    case AVERROR_HTTP_NOT_FOUND:
      return error("the server has nothing of this name", "check the path behind the host", SourceFault::not_found);
    case AVERROR(ECONNREFUSED):
      return error("connection refused", "check host and port", SourceFault::refused);
    case AVERROR(EIO):
      return error("the connection failed: the host name is not known, its certificate is not trusted, or it broke off",
                   "check host, port, certificate and network");
    case AVERROR_INVALIDDATA:
      return error("is not a video that can be recognised",
                   "give the URL of a video, of an HLS playlist, or of a stream");
    case AVERROR_EOF:
      return error("the server closed the connection", "check the server; it may have restarted", SourceFault::closed);
    default:
      return error(av_words(code), "check that the URL plays elsewhere");
  }
}

}  // namespace lyn
