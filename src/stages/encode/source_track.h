#pragma once

#include <string>

#include "core/media.h"
#include "core/result.h"
#include "stages/encode/media_file.h"

namespace lyn {

/// A source's own stream as a track of the file `path`. Error kind `output` where that container cannot hold it.
Result<MediaTrack> copied_video_track(const StreamInfo& stream, const std::string& path);
/// The same of sound: AAC, MP3, Opus, G.711.
Result<MediaTrack> audio_track(const AudioInfo& audio, const std::string& path);

/// A packet of libavcodec that shares the bytes. Null where there is no memory.
av::Packet share(const Packet& packet, std::int64_t pts, std::int64_t dts);

}  // namespace lyn
