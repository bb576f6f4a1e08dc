#pragma once

#include <functional>

#include "config/config.h"
#include "config/problems.h"

namespace lyn::config {

/// The place of a key; line 0 where it has none.
using PlaceOf = std::function<Mark(const std::string& path)>;

/// Its source is that of its streams which is looked at, where it has streams.
void take_source(CameraConfig& camera);

/// Hands the top level's values to every camera that does not override them.
void merge_cameras(Config& config);

/// Checks the texts that a caller may have set by hand: device, ids, names of outputs.
void check_forms(const Config& config, Problems& problems);

/// Checks what holds between keys of a merged configuration: ids, floor <= score, names of outputs.
void check_relations(const Config& config, const PlaceOf& place_of, Problems& problems);

}  // namespace lyn::config
