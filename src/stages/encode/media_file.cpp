#include "stages/encode/media_file.h"

#include "stages/encode/fragmented_mp4.h"
#include "stages/encode/matroska.h"

namespace lyn {

bool is_matroska(const std::string& path) {
  return path.ends_with(".mkv") || path.ends_with(".MKV");
}

Result<std::unique_ptr<MediaFile>> begin_media_file(OutputFile& file, std::span<const MediaTrack> tracks) {
  return is_matroska(file.path()) ? begin_matroska(file, tracks) : begin_fragmented_mp4(file, tracks);
}

}  // namespace lyn
