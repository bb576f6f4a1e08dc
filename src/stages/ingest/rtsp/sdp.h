#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lyn::rtsp {

/// What is read of one description, at most.
constexpr std::size_t kMostMedia = 16;
constexpr std::size_t kMostFormats = 16;

/// One payload type of a media: `a=rtpmap` and `a=fmtp`.
struct SdpFormat {
  int payload_type = 0;
  std::string encoding;  ///< "H264", in the case it came in; empty for static types without rtpmap
  int clock_rate = 0;
  int channels = 1;
  std::map<std::string, std::string> parameters;  ///< of fmtp, names in lower case
};

struct SdpMedia {
  std::string type;      ///< "video"
  std::string protocol;  ///< "RTP/AVP"
  std::vector<SdpFormat> formats;
  std::string control;
  std::string connection;  ///< address of `c=`, "/ttl" cut off
  double frame_rate = 0;
  int width = 0;  ///< of a=x-dimensions or a=framesize; 0 where not said
  int height = 0;
};

struct Sdp {
  std::string control;
  std::string connection;
  std::vector<SdpMedia> media;
};

/// Reads a session description (RFC 4566) with the leniency that cameras need: lines that are not
/// understood are left out. nullopt for a text that has none of SDP's lines, or more media than is read.
std::optional<Sdp> parse_sdp(std::string_view text);

}  // namespace lyn::rtsp
