#include "stages/ingest/av_open.h"

#include "core/out_of_memory.h"
#include "stages/ingest/source_uri.h"

namespace lyn {
namespace {

/// Whatever an input names (a segment, a reference, another track's file) comes through here.
int open_allowed(AVFormatContext* context, AVIOContext** io, const char* url, int flags, AVDictionary** options) {
  auto* nested = static_cast<NestedOpens*>(context->opaque);
  if (nested == nullptr || nested->origin.empty() || origin_of(url) != nested->origin) {
    if (nested != nullptr) nested->refused = url;
    return AVERROR(EPERM);
  }
  AVDictionary* own = nullptr;
  if (options != nullptr) av_dict_copy(&own, *options, 0);
  av_dict_set(&own, "protocol_whitelist", nested->protocols.c_str(), 0);
  av_dict_set(&own, "tls_verify", nested->verify ? "1" : "0", 0);
  if (!nested->ca_file.empty()) av_dict_set(&own, "ca_file", nested->ca_file.c_str(), 0);
  const int code = avio_open2(io, url, flags, &context->interrupt_callback, &own);
  av_dict_free(&own);
  return code;
}

int open_nested(AVFormatContext* context, AVIOContext** io, const char* url, int flags, AVDictionary** options) {
  return code_or_out_of_memory(AVERROR(ENOMEM), [&] { return open_allowed(context, io, url, flags, options); });
}

}  // namespace

AvFormat new_format(Watch& watch, NestedOpens* nested) {
  AvFormat context(avformat_alloc_context());
  if (!context) return context;
  context->opaque = nested;
  context->io_open = &open_nested;
  context->interrupt_callback = {&Watch::should_stop, &watch};
  return context;
}

int open_format(AvFormat& context, const char* url, const AVInputFormat* format, AvOptions& options) {
  AVFormatContext* raw = context.release();
  const int code = avformat_open_input(&raw, url, format, options.get());
  context.reset(raw);
  return code;
}

}  // namespace lyn
