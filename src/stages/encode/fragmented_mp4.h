#pragma once

#include <memory>
#include <span>

#include "stages/encode/media_file.h"

namespace lyn {

/// A fragmented MP4 through libavformat, each track in its own time:
///
/// - Times are absolute: a track that begins at 1.4 s has its first fragment at 1.4 s (`tfdt`), with no
///   edit list and no shift. A negative start is written as the two's complement, which libavformat
///   reads back as it was; other readers may not.
/// - A video track's timescale is the denominator of its time base, so no time is rounded.
/// - A fragment ends before a key frame, and once it holds half a second; it goes to the file whole, in one write.
/// - Of copied tracks (pictures out of order, sound before 0) an edit list says what the shift is, as it is in other
///   files. It can be written with the first fragment only: that is when the header goes to the file.
/// - The last packet of a track is held back until the next one tells its duration.
Result<std::unique_ptr<MediaFile>> begin_fragmented_mp4(OutputFile& file, std::span<const MediaTrack> tracks);

}  // namespace lyn
