#pragma once

#include <functional>
#include <memory>

#include "core/clock.h"
#include "engine/outputs/output_pause.h"
#include "stages/output/records.h"

namespace lyn {

using OpenRecords = std::function<Result<std::unique_ptr<RecordWriter>>()>;

/// Records of a live camera that pause while they cannot be written. A file that somebody deleted is begun anew.
/// `open` begins them, now or, where that fails for lack of room, later. Error kind `output`: what no wait mends.
Result<std::unique_ptr<RecordWriter>> make_pausing_records(OpenRecords open, const std::string& path,
                                                           const OutputPause::Setup& setup);

}  // namespace lyn
