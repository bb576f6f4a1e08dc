#pragma once

#include <cstdint>
#include <istream>
#include <optional>

namespace lyn {

/// How long a file ought to be by what its own headers say: MP4 and MOV (boxes), Matroska and WebM
/// (elements), AVI (chunks), ASF (its file properties), IVF (frames), TS (whole packets). nullopt where they
/// say nothing (streams, recordings that were never finished), or where this is none of them. A file that is
/// shorter was cut. Reads headers only, and jumps over what they measure.
std::optional<std::uint64_t> promised_size(std::istream& file, std::uint64_t size);

}  // namespace lyn
