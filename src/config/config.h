#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/secret.h"

namespace lyn {

struct DecodeConfig {
  int threads = 1;
};

struct BatchConfig {
  int size = 8;
  int deadline_ms = 20;
};

struct DetectorConfig {
  std::string model;          ///< path of a card; "none": decode and letterbox to 640x640 only
  double score = 0.3;
  double floor = 0.1;
  double nms = 0.45;
  std::vector<std::string> classes;  ///< labels to list; empty: all
  int every = 1;
  int threads = 0;            ///< of inference on `cpu`; 0: all cores
  BatchConfig batch;
};

struct TrackerConfig {
  std::string kind = "bytetrack";  ///< bytetrack | none
};

struct OutputsConfig {
  std::string detections;     ///< JSONL path
  std::string video;          ///< .mp4 path, with {camera} when there are several
  std::string codec = "h264";
  std::string preset = "ultrafast";
  std::string mot;
  std::string frames;         ///< raw planes
  std::string tensors;        ///< raw model inputs
  bool frame_hash = false;
  bool tracks = false;
};

/// One camera, whole: a serialisable value with a stable id.
struct CameraConfig {
  std::string id;    ///< [a-z0-9_-]{1,64}
  std::string name;  ///< free text
  Secret source;     ///< may hold a password: redact() it to show it
  std::string transport = "tcp";
  std::chrono::milliseconds stall_timeout{5'000};
  std::optional<std::string> matrix;  ///< override of untagged colour: bt601 | bt709 | bt2020
};

struct Config {
  int version = 1;
  std::string device = "cpu";
  std::string state_dir;
  DecodeConfig decode;
  DetectorConfig detector;
  TrackerConfig tracker;
  OutputsConfig outputs;
  std::vector<CameraConfig> cameras;
};

/// Reads strict YAML (DESIGN 7). Errors, all of them at once, are kind `usage`, a line each in the
/// fixed form `FILE:LINE:COL: path: problem; hint`.
Result<Config> load_config(const std::string& path);
Result<Config> parse_config(const std::string& yaml, const std::string& file_name);

/// Sets one key by its dotted path ("detector.score=0.4", "cameras[0].transport=tcp") with the same checks.
Status set_config_value(Config& config, const std::string& assignment);

/// The configuration as YAML with defaults filled in and secrets as `***`.
std::string show_config(const Config& config);

/// JSON Schema (2020-12) of the file format, made from the same table as the parser.
std::string config_schema();

}  // namespace lyn
