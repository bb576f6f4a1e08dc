#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "device/device.h"
#include "device/image.h"
#include "kernels/letterbox.h"
#include "stages/preprocess/letterbox.h"

namespace lyn {

/// What the filter tables of a slot depend on.
struct TableKey {
  int width = 0;
  int height = 0;
  Chroma chroma = Chroma::yuv420;
  Siting siting = Siting::left;
  int rotation = 0;
  bool operator==(const TableKey&) const = default;
};

/// Filter tables of one picture size on a device, and where the picture lies.
struct LetterboxTables {
  TableKey key;
  LetterboxGeometry geometry;
  int columns = 0;  ///< outputs along the stored x axis
  int rows = 0;
  std::vector<std::int32_t> values;  ///< what was uploaded: kept, since the copy may still be under way
  Buffer buffer;
  LetterboxTaps luma_x, luma_y, chroma_x, chroma_y;
};

/// The tables of the sizes seen last, kCapacity of them: a stream that changes its size for ever must not
/// grow. One thread and one stream.
class LetterboxTableCache {
 public:
  static constexpr std::size_t kCapacity = 8;

  /// The tables for `key`, uploaded under Reason::tables if they are new. Valid until the next call.
  Result<const LetterboxTables*> find(Device& device, Stream& stream, const TableKey& key, const InputSpec& spec);

 private:
  std::vector<LetterboxTables> tables_;  ///< the one used last is at the back
};

}  // namespace lyn
