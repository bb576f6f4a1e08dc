#pragma once

#include <memory>
#include <optional>
#include <string>

#include "lynceus/export.h"
#include "lynceus/frame_record.h"
#include "lynceus/result.h"

namespace lyn {

/// How a run differs from what its configuration says.
struct PipelineOptions {
  OnRecord on_record;             ///< may be empty
  std::optional<double> seconds;  ///< stop after so long; nullopt: when the sources end
  bool loop = false;              ///< files start over
  bool realtime = false;          ///< files play at their own pace, and drop like cameras
  bool strict = false;            ///< the first violation ends the run
};

/// How a run ended.
struct PipelineOutcome {
  std::string summary_json;    ///< one object, as `lynceus run --json` prints it; keys are only ever added
  std::optional<Error> error;  ///< what ended it early
  bool interrupted = false;    ///< stop() ended it
};

/// Cameras, a model and a tracker as a configuration file says (docs/CONFIGURATION.md): what `lynceus run`
/// does, inside another program.
class LYN_API Pipeline {
 public:
  /// Reads a configuration file; relative paths in it are relative to it. Opens the device and loads the
  /// models, so that run() starts at once. `detector.model` must be set ("none": decode only).
  /// Errors: `usage`, a line each with file, line and column; `device`.
  static Result<Pipeline> from_file(const std::string& path, PipelineOptions options = {});
  /// The same from YAML text; relative paths are relative to the working directory.
  static Result<Pipeline> from_yaml(const std::string& yaml, PipelineOptions options = {});
  Pipeline(Pipeline&& other) noexcept;
  Pipeline& operator=(Pipeline&& other) noexcept;
  ~Pipeline();

  /// Runs once, until every source has ended, `seconds` are over, or something ends it. Outputs are
  /// finished when it returns. A second call gives the error `usage`.
  PipelineOutcome run();
  /// Ends run(), from any thread, also before it has begun.
  void stop();

 private:
  struct Impl;
  explicit Pipeline(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lyn
