#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "media/clips.h"

namespace lyn {

/// What a run left.
struct Outcome {
  std::optional<Error> error;
  std::vector<std::string> lines;  ///< one a frame: its number, hash and boxes
};

inline std::string line_of(const FrameRecord& record) {
  std::string line = std::to_string(record.frame) + " " + std::to_string(record.hash.value_or(0));
  for (const Detection& found : record.detections) {
    for (const float side : {found.box.x1, found.box.y1, found.box.x2, found.box.y2})
      line += " " + std::to_string(side);
  }
  return line;
}

/// A file through the whole engine, to its end; `adjust` has the last word on the configuration.
inline Outcome run_file(const std::string& file, const std::string& device, const std::string& model,
                        const std::function<void(Config&)>& adjust = {}) {
  Config config;
  config.device = device;
  config.detector.model = model;
  config.outputs.frame_hash = true;
  if (adjust) adjust(config);
  config.cameras.push_back(make_camera(config, "gate", file));
  EXPECT_TRUE(finalise(config));
  Outcome outcome;
  std::mutex mutex;
  RunOptions options;
  options.on_record = [&](const FrameRecord& record) {
    const std::lock_guard lock(mutex);
    outcome.lines.push_back(line_of(record));
  };
  auto engine = Engine::create(config, options, system_clock());
  outcome.error = engine ? (*engine)->run().error : engine.error();
  return outcome;
}

}  // namespace lyn
