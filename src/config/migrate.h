#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace lyn {

/// What became of one key of the old file.
struct MigratedKey {
  enum class Fate {
    kept,     ///< what it asked for is so, without a key
    renamed,  ///< its value went on under `now`
    dropped,  ///< it has no effect here
  };
  std::string key;  ///< "models.DEVICE", "cameras.RTSP_STREAMS[0].url"
  Fate fate = Fate::dropped;
  std::string now;  ///< "detector.batch.size"; never a value
  std::string why;  ///< one sentence; of `renamed`: what changed with the name, may be empty
};
std::string_view name_of(MigratedKey::Fate fate);

struct Migration {
  std::string yaml;               ///< passes parse_config(); with the sources' passwords in it
  std::vector<MigratedKey> keys;  ///< in the order of the file; without secrets
  int cameras = 0;
};

/// What a migration cannot read from the old file.
struct MigrationPlace {
  std::string file_name;  ///< leads errors
  /// What to put before the old file's relative paths, so that they hold in the new one's folder; may be empty.
  std::string from_new_to_old;
  /// Names of classes by number, where the file has no CLASS_NAMES.
  std::vector<std::string> class_names;
};

/// Takes over the JSON configuration of the application that Lynceus replaces: sections app, cameras, processing,
/// models, visualization, output, websocket, tracking; RTSP_STREAMS as a list of {name, url, width, height, enabled},
/// an object of names and URLs, or a list of URLs. What the file does not say gets Lynceus' defaults. Values that make
/// no sense are dropped and say so. Errors (kind `usage`): no JSON, as `FILE:LINE:COL: problem; hint`; more than 1 MiB;
/// a result that parse_config() refuses, with its lines.
Result<Migration> migrate_config(std::string_view json, const MigrationPlace& place);

}  // namespace lyn
