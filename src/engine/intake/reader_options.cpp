#include "engine/intake/reader_options.h"

namespace lyn {

ReaderOptions reader_options(const CameraConfig& camera, const std::string& uri, const RunOptions& run) {
  ReaderOptions options;
  options.uri = uri;
  options.source.transport = camera.transport == "udp" ? RtspTransport::udp : RtspTransport::tcp;
  options.source.tls = parse_tls_policy(camera.tls).value_or(TlsPolicy{});
  options.source.allow_hosts = camera.allow_hosts;
  options.source.still_rate = camera.still_rate;
  options.source.stall_timeout = camera.stall_timeout;
  const bool feeds_video = !camera.records_apart() || uri == camera.streams.record.reveal();
  options.source.listen_to_audio = feeds_video && !camera.outputs.video.empty() && camera.outputs.audio;
  options.realtime = run.realtime;
  options.loop = run.loop;
  return options;
}

}  // namespace lyn
