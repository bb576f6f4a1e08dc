#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/frame_record.h"
#include "device/image.h"
#include "engine/run/backend.h"
#include "engine/run/retry_policy.h"

namespace lyn {

/// Called in every stage with the picture at hand: tests plant violations through it.
using Tap = std::function<void(const char* stage, const Image& image)>;

/// How a run differs from what its configuration says of the cameras.
struct RunOptions {
  std::optional<double> seconds;  ///< stop after this long; nullopt: until the sources end
  bool loop = false;
  bool realtime = false;
  bool strict = false;         ///< the first violation ends the run
  bool deterministic = false;  ///< of files: the same bytes every time, also on `cuda`
  /// Sources that fail to give a first frame within this long are given up (sources named on the
  /// command line; those of a configuration are the user's to wait for).
  bool sources_from_command_line = false;
  RetryPolicy retry{};  ///< when live cameras are tried again; tests bring figures of their own
  /// Instead of those that the configuration names: tests bring backends of their own.
  std::vector<DeviceChoice> devices{};
  Tap tap;
  OnRecord on_record;  ///< after the record files have it; may be empty
};

}  // namespace lyn
