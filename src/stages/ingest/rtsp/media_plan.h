#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/media.h"
#include "core/result.h"
#include "stages/ingest/rtsp/sdp.h"
#include "stages/ingest/rtsp/url.h"

namespace lyn::rtsp {

enum class AudioCodec { aac, pcmu, pcma };

/// What is to be set up of one media of a description.
struct MediaPlan {
  bool video = true;
  CodecId codec = CodecId::unknown;  ///< of video
  AudioCodec audio_codec{};          ///< of audio
  int payload_type = 96;
  int clock_rate = 90'000;
  int channels = 1;
  std::string control;
  std::string profile;    ///< RTP/AVP, RTP/SAVP, …
  double frame_rate = 0;  ///< 0: not said
  int width = 0;          ///< 0: not said
  int height = 0;
  std::vector<std::vector<std::uint8_t>> parameter_sets;  ///< NAL units without start codes
  std::vector<std::uint8_t> audio_config;                 ///< AudioSpecificConfig
  int au_size_bits = 0;                                   ///< RFC 3640 sizelength
  int au_index_bits = 0;                                  ///< indexlength, and indexdeltalength alike
};

/// The first video that can be read, and the first audio when it was asked for. Errors (kind `source`,
/// fault `unsupported`): no video; or video of kinds that are not read, naming them.
Result<std::vector<MediaPlan>> plan_media(const Sdp& sdp, bool with_audio, const std::string& shown);

}  // namespace lyn::rtsp
