#include "stages/ingest/audio_info.h"

namespace lyn {

AudioInfo describe_audio(const AVStream& stream) {
  const AVCodecParameters& codec = *stream.codecpar;
  AudioInfo info;
  info.codec = avcodec_get_name(codec.codec_id);
  info.clock_rate = codec.sample_rate;
  info.channels = codec.ch_layout.nb_channels;
  if (codec.extradata_size > 0) info.config.assign(codec.extradata, codec.extradata + codec.extradata_size);
  info.time_base = {stream.time_base.num, stream.time_base.den};
  info.frame_size = codec.frame_size;
  return info;
}

namespace adts {

std::size_t header_size(std::span<const std::uint8_t> packet) {
  constexpr std::size_t kHeader = 7;
  constexpr std::size_t kChecksum = 2;
  if (packet.size() < kHeader || packet[0] != 0xFF || (packet[1] & 0xF6U) != 0xF0) return 0;
  const std::size_t size = (packet[1] & 1U) != 0 ? kHeader : kHeader + kChecksum;
  return packet.size() > size ? size : 0;
}

std::vector<std::uint8_t> config_of(std::span<const std::uint8_t> packet) {
  if (header_size(packet) == 0) return {};
  const unsigned object_type = (packet[2] >> 6U) + 1U;
  const unsigned rate_index = (packet[2] >> 2U) & 15U;
  const unsigned channels = (packet[2] & 1U) << 2U | packet[3] >> 6U;
  if (rate_index > 12 || channels == 0) return {};
  const unsigned config = object_type << 11U | rate_index << 7U | channels << 3U;
  return {static_cast<std::uint8_t>(config >> 8U), static_cast<std::uint8_t>(config & 255U)};
}

}  // namespace adts
}  // namespace lyn
