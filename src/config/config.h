#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/secret.h"

namespace lyn {

struct DecodeConfig {
  int threads = 1;                   ///< of one decoder on `cpu`; 0: all cores
  std::string interlaced = "weave";  ///< weave | bob: both fields in one picture, or a picture of the first
  bool operator==(const DecodeConfig&) const = default;
};

struct BatchConfig {
  int size = 8;          ///< frames, a maximum: 1..256
  int deadline_ms = 20;  ///< 1..1000
  bool operator==(const BatchConfig&) const = default;
};

/// Of `model: motion`.
struct MotionConfig {
  double sensitivity = 0.5;  ///< 0..1
  double min_area = 0.0005;  ///< share of the picture
  bool operator==(const MotionConfig&) const = default;
};

/// A place in the picture as displayed, in shares of its width and height.
struct PicturePoint {
  double x = 0;  ///< 0..1
  double y = 0;  ///< 0..1
  bool operator==(const PicturePoint&) const = default;
};
/// At least three corners, in order; the last joins the first.
using Polygon = std::vector<PicturePoint>;

struct DetectorConfig {
  /// Path of a card; "motion": what moves before a learnt background, without weights; "none": decode and letterbox
  /// to 640x640 only; empty: the shipped one.
  std::string model;
  double score = 0.3;                    ///< what `detections` lists
  std::map<std::string, double> scores;  ///< by label, instead of `score`
  double floor = 0.1;                    ///< what the tracker sees; floor <= score
  double nms = 0.45;                     ///< IoU above which the weaker box goes
  std::vector<std::string> classes;      ///< labels to list; empty: all
  std::vector<Polygon> regions;          ///< what stands in none of them is not listed; empty: the whole picture
  int every = 1;                         ///< infer every n-th frame
  int threads = 0;                       ///< of inference on `cpu`; 0: all cores
  std::string engine = "default";        ///< default: ONNX Runtime's provider for the device | tensorrt (on `cuda`)
  std::string precision = "fp32";        ///< fp32 | fp16: what TensorRT may compute in
  std::chrono::milliseconds known_answer{60'000};  ///< how often the model is asked about a known picture; 0: never
  BatchConfig batch;
  MotionConfig motion;
  bool operator==(const DetectorConfig&) const = default;
};

/// What a live camera is to give; where that cannot be had, it gives up some of its frames (docs: Overload).
struct ObjectiveConfig {
  std::chrono::milliseconds latency{1'000};  ///< most, from a picture's arrival to its records
  double rate = 0;                           ///< least inferred frames a second; 0: all that `every` leaves
  bool operator==(const ObjectiveConfig&) const = default;
};

struct TrackerConfig {
  std::string kind = "bytetrack";  ///< bytetrack | none
  bool operator==(const TrackerConfig&) const = default;
};

/// When `detections` begins a new file, and how many full ones stay (F.1, F.2, …).
struct RotateConfig {
  std::string size;                    ///< "100MB"; empty: any size
  std::chrono::milliseconds every{0};  ///< 0: any age
  int keep = 5;
  [[nodiscard]] bool wanted() const { return !size.empty() || every.count() > 0; }
  bool operator==(const RotateConfig&) const = default;
};

/// Single pictures as JPEG files.
struct SnapshotsConfig {
  std::string dir;                          ///< a folder; empty: none
  std::string when = "track";               ///< track | detection | time: what a picture is taken of
  std::chrono::milliseconds every{10'000};  ///< with time: how often; with detection: how often at most
  int quality = 85;                         ///< 1..100
  bool operator==(const SnapshotsConfig&) const = default;
};

/// Which conditions of a live camera's picture are looked for.
struct ConditionsConfig {
  bool frozen = true;
  bool black = true;
  bool covered = true;
  bool moved = true;
  [[nodiscard]] bool any() const { return frozen || black || covered || moved; }
  bool operator==(const ConditionsConfig&) const = default;
};

/// Where results go. Paths may hold {camera}; "" means not asked for, "-" standard output.
struct OutputsConfig {
  std::string detections;      ///< JSONL path; may be shared by cameras
  std::string video;           ///< .mp4 or .mkv path
  std::string codec = "h264";  ///< h264 | hevc | mjpeg | copy: the source's packets
  std::string preset = "ultrafast";
  std::chrono::milliseconds segment{0};  ///< length of a video file; 0: one file
  bool audio = true;                     ///< copies the source's sound into the video
  std::string mot;
  std::string coco;          ///< COCO results JSON
  std::string kitti;         ///< a folder: KITTI files of detections
  std::string kitti_tracks;  ///< a folder: KITTI files of tracks
  std::string frames;        ///< raw planes
  std::string tensors;       ///< raw model inputs
  bool frame_hash = false;
  bool tracks = false;
  std::string only = "all";  ///< which frames `detections` lists: all | nonempty
  RotateConfig rotate;       ///< of `detections`
  SnapshotsConfig snapshots;

  /// The video is the source's own packets, or else pictures that are drawn on and encoded; neither where there is
  /// none.
  [[nodiscard]] bool copies_video() const { return !video.empty() && codec == "copy"; }
  [[nodiscard]] bool encodes_video() const { return !video.empty() && codec != "copy"; }
  bool operator==(const OutputsConfig&) const = default;
};

/// A camera's streams by what they are for, where it has several. One time line over all of them.
struct StreamsConfig {
  Secret detect;  ///< what is decoded and looked at; CameraConfig::source is the same
  std::string detect_shown;
  Secret record;  ///< what `outputs.codec: copy` copies; empty: `detect`
  std::string record_shown;
};

/// One camera, whole: a serialisable value with a stable id. `detector`, `tracker`, `objective`, `conditions` and
/// `outputs` are merged: the configuration's own, with what this camera overrides. Read them here, not in Config.
struct CameraConfig {
  std::string id;            ///< [a-z0-9_-]{1,64}
  std::string name;          ///< free text
  bool enabled = true;       ///< false: it is listed and not opened
  double weight = 1;         ///< its share of a model that is too slow for all, beside the others' weights
  std::string device;        ///< one of the run's: "cuda:1"; empty: where there is most room
  Secret source;             ///< what to open; may hold a password
  std::string source_shown;  ///< the same for people: passwords, `${VAR}` and `{file: F}` as `***`
  StreamsConfig streams;     ///< `source` is `streams.detect` where that is given
  std::string transport = "tcp";
  std::string tls = "verify";            ///< verify | insecure | pin:<sha256>
  std::vector<std::string> allow_hosts;  ///< that a camera may point to besides its own
  double still_rate = 25;                ///< pictures a second of a folder of stills
  std::chrono::milliseconds stall_timeout{5'000};
  std::optional<std::string> matrix;  ///< override of untagged colour: bt601 | bt709 | bt2020
  DetectorConfig detector;
  TrackerConfig tracker;
  ObjectiveConfig objective;
  ConditionsConfig conditions;
  OutputsConfig outputs;
  std::vector<std::string> overrides;  ///< keys this camera sets itself ("detector.score"), sorted

  /// Whether what is copied comes from another stream than what is looked at, over a connection of its own.
  [[nodiscard]] bool records_apart() const {
    return outputs.copies_video() && !streams.record.empty() && streams.record.reveal() != source.reveal();
  }
  bool operator==(const CameraConfig& other) const;
};

struct Config {
  int version = 1;
  std::string device = "cpu";      ///< cpu | cuda | cuda:N | cuda:N,M | cuda:all
  std::string state_dir;           ///< empty: the default place
  std::string witnesses = "auto";  ///< auto | on | off: who watches the device from outside; auto: with --strict
  std::string admission = "off";   ///< off | refuse | degrade: what becomes of live cameras there is no room for
  DecodeConfig decode;
  DetectorConfig detector;
  TrackerConfig tracker;
  ObjectiveConfig objective;
  ConditionsConfig conditions;
  OutputsConfig outputs;
  std::vector<CameraConfig> cameras;
  bool operator==(const Config&) const = default;
};

/// Reads strict YAML (DESIGN 7). Errors, all of them at once, are kind `usage`, a line each in the
/// fixed form `FILE:LINE:COL: path: problem; hint`. Relative paths in it are relative to the file and
/// come out absolute; cameras come out merged and checked, as finalise() does it.
Result<Config> load_config(const std::string& path);
Result<Config> parse_config(const std::string& yaml, const std::string& file_name);

/// A camera named on the command line: the configuration's detector, tracker and outputs, `source` as given
/// (no `${VAR}`, relative to the working directory). Append it to `config.cameras`, then finalise().
CameraConfig make_camera(const Config& config, const std::string& id, const std::string& source);

/// Call it after changing a Config by hand. Hands what the top level says to every camera that does
/// not override it, and checks what holds between keys: ids of the right form and unique, floor <=
/// score, no two outputs of one name. Errors: kind `usage`, a line each; `place` stands where
/// FILE:LINE:COL would.
Status finalise(Config& config, std::string_view place = "command line");

/// Sets keys by dotted path ("detector.score=0.4", "cameras[0].transport=tcp"), the value in YAML,
/// with the checks and messages of the file and `--set` as the place. All take effect or none.
Status set_config_values(Config& config, std::span<const std::string> assignments);
Status set_config_value(Config& config, const std::string& assignment);

/// `pattern` with every {camera} replaced by the id.
std::string output_path(std::string_view pattern, std::string_view camera_id);

/// The configuration as YAML with defaults filled in and secrets as `***`; parses again.
std::string show_config(const Config& config);

/// JSON Schema (2020-12) of the file format, made from the same table as the parser.
std::string config_schema();

}  // namespace lyn
