#pragma once

#include <memory>
#include <span>

#include "stages/encode/media_file.h"

namespace lyn {

/// Matroska through libavformat, in microseconds:
///
/// - libavformat 5.1 writes times in milliseconds and has no option for it. Its streams are given a time base of
///   microseconds once it is initialised, and the one constant that says so (`TimestampScale`, RFC 9559) is changed
///   in the bytes that it writes. A time is so the source's rounded to the microsecond: what ffprobe and our records
///   print.
/// - A block's time is 16 bits beside its cluster's, so a cluster spans 32 ms at most: as a rule one a picture,
///   at about 15 bytes each.
/// - Clusters go to the file every half second and before key frames, in one write. Where the file can be
///   sought in, the end adds index and duration.
/// - There are no times before 0: a packet with one is refused.
Result<std::unique_ptr<MediaFile>> begin_matroska(OutputFile& file, std::span<const MediaTrack> tracks);

}  // namespace lyn
