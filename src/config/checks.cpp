#include "config/checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>

#include "config/table.h"
#include "config/text_forms.h"

namespace lyn::config {
namespace {

struct OutputKey {
  const char* path;
  const std::string& (*name_in)(const OutputsConfig& outputs);
  bool may_be_shared;
};
template <std::string OutputsConfig::*member>
const std::string& name_in(const OutputsConfig& outputs) {
  return outputs.*member;
}
constexpr std::array<OutputKey, 9> kOutputKeys{
    {{"outputs.detections", &name_in<&OutputsConfig::detections>, true},
     {"outputs.video", &name_in<&OutputsConfig::video>, false},
     {"outputs.mot", &name_in<&OutputsConfig::mot>, false},
     {"outputs.coco", &name_in<&OutputsConfig::coco>, false},
     {"outputs.kitti", &name_in<&OutputsConfig::kitti>, true},
     {"outputs.kitti_tracks", &name_in<&OutputsConfig::kitti_tracks>, true},
     {"outputs.frames", &name_in<&OutputsConfig::frames>, false},
     {"outputs.tensors", &name_in<&OutputsConfig::tensors>, false},
     {"outputs.snapshots.dir", [](const OutputsConfig& o) -> const std::string& { return o.snapshots.dir; }, true}}};

std::string camera_path(std::size_t index) {
  return fmt::format("cameras[{}]", index);
}

/// Where the camera's value of `key` comes from: its own key or the top level's.
std::string origin_of(const CameraConfig& camera, std::size_t index, const std::string& key) {
  const bool own = std::binary_search(camera.overrides.begin(), camera.overrides.end(), key);
  return own ? camera_path(index) + "." + key : key;
}

void check_ids(const Config& config, const PlaceOf& place_of, Problems& problems) {
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < config.cameras.size(); ++i) {
    const std::string& id = config.cameras[i].id;
    const std::string path = camera_path(i) + ".id";
    if (id.empty()) continue;  // reported as missing or malformed
    const auto [first, is_new] = seen.emplace(id, i);
    if (is_new) continue;
    problems.add(place_of(path), path,
                 fmt::format("{} is taken by {}; give each camera its own id", quote(id), camera_path(first->second)));
  }
}

void check_floors(const Config& config, const PlaceOf& place_of, Problems& problems) {
  std::set<std::string> reported;
  const auto check = [&](const DetectorConfig& detector, const std::string& path) {
    if (detector.floor <= detector.score || !reported.insert(path).second) return;
    problems.add(place_of(path), path,
                 fmt::format("floor {} is above score {}; lower detector.floor or raise detector.score", detector.floor,
                             detector.score));
  };
  check(config.detector, "detector.floor");
  for (std::size_t i = 0; i < config.cameras.size(); ++i) {
    const CameraConfig& camera = config.cameras[i];
    if (camera.detector == config.detector) continue;
    const std::string floor = origin_of(camera, i, "detector.floor");
    check(camera.detector, floor == "detector.floor" ? origin_of(camera, i, "detector.score") : floor);
  }
}

/// What scores less than the floor never leaves the device.
void check_scores(const Config& config, const PlaceOf& place_of, Problems& problems) {
  std::set<std::string> reported;
  const auto check = [&](const DetectorConfig& detector, const std::string& path) {
    for (const auto& [label, score] : detector.scores) {
      if (detector.floor <= score || !reported.insert(path).second) continue;
      problems.add(
          place_of(path), path,
          fmt::format("{} {} is below floor {}; lower detector.floor", printable(label), score, detector.floor));
    }
  };
  check(config.detector, "detector.scores");
  for (std::size_t i = 0; i < config.cameras.size(); ++i) {
    check(config.cameras[i].detector, origin_of(config.cameras[i], i, "detector.scores"));
  }
}

/// A file rotates as a whole: cameras that share it must agree. Standard output and devices cannot.
void check_rotation(const Config& config, const PlaceOf& place_of, Problems& problems) {
  std::map<std::string, std::size_t> files;
  for (std::size_t i = 0; i < config.cameras.size(); ++i) {
    const CameraConfig& camera = config.cameras[i];
    const RotateConfig& rotate = camera.outputs.rotate;
    const std::string key = origin_of(camera, i, rotate.size.empty() ? "outputs.rotate.every" : "outputs.rotate.size");
    const std::string name = output_path(camera.outputs.detections, camera.id);
    const auto [first, is_new] = files.emplace(name, i);
    if (rotate.wanted() && (name == "-" || name.starts_with("/dev/"))) {
      problems.add(place_of(key), key, "needs a file in outputs.detections; standard output cannot be rotated");
      return;
    }
    if (is_new || name.empty() || config.cameras[first->second].outputs.rotate == rotate) continue;
    problems.add(place_of(key), key,
                 fmt::format("{} rotates the same file otherwise; give both the same outputs.rotate",
                             camera_path(first->second)));
  }
}

/// Motion has no input tensor: a dump of it would stay empty.
void check_tensors(const Config& config, const PlaceOf& place_of, Problems& problems) {
  for (std::size_t i = 0; i < config.cameras.size(); ++i) {
    const CameraConfig& camera = config.cameras[i];
    if (camera.detector.model != "motion" || camera.outputs.tensors.empty()) continue;
    const std::string path = origin_of(camera, i, "outputs.tensors");
    return problems.add(place_of(path), path, "model motion has no input tensor; remove the key, or name a model card");
  }
}

/// Precision is TensorRT's to choose; elsewhere the model's own holds, and asking for another does nothing.
void check_precisions(const Config& config, const PlaceOf& place_of, Problems& problems) {
  std::set<std::string> reported;
  const auto check = [&](const DetectorConfig& detector, const std::string& path) {
    if (detector.engine == "tensorrt" || detector.precision == "fp32" || !reported.insert(path).second) return;
    problems.add(place_of(path), path,
                 fmt::format("{} needs detector.engine tensorrt; leave it out, or make a copy of the model in fp16",
                             detector.precision));
  };
  check(config.detector, "detector.precision");
  for (std::size_t i = 0; i < config.cameras.size(); ++i) {
    const CameraConfig& camera = config.cameras[i];
    if (camera.detector != config.detector) check(camera.detector, origin_of(camera, i, "detector.precision"));
  }
}

/// The name says the container. What has no ending (pipes, devices) is an MP4.
void check_video_names(const Config& config, const PlaceOf& place_of, Problems& problems) {
  std::set<std::string> reported;
  for (std::size_t i = 0; i < config.cameras.size(); ++i) {
    const CameraConfig& camera = config.cameras[i];
    std::string ending = std::filesystem::path(camera.outputs.video).extension().string();
    std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::string path = origin_of(camera, i, "outputs.video");
    if (ending.empty() || ending == ".mp4" || ending == ".mkv" || !reported.insert(path).second) continue;
    problems.add(place_of(path), path, fmt::format("{} is not written; name an .mp4 or an .mkv", quote(ending)));
  }
}

/// Who writes a file: the key and its owner.
struct Writer {
  const OutputKey* key;
  std::size_t camera;
};

class OutputNames {
 public:
  OutputNames(const Config& config, const PlaceOf& place_of, Problems& problems)
      : config_(config), place_of_(place_of), problems_(problems) {}

  void check() {
    for (std::size_t i = 0; i < config_.cameras.size(); ++i) {
      for (const Secret* secret : {&config_.cameras[i].source, &config_.cameras[i].streams.record}) {
        const std::string& source = secret->reveal();
        if (!source.empty() && !has_scheme(source)) sources_.emplace(name_of(source), i);
      }
    }
    for (std::size_t i = 0; i < config_.cameras.size(); ++i) {
      for (const OutputKey& key : kOutputKeys) check(i, key);
    }
  }

 private:
  static std::string name_of(const std::string& path) {
    std::error_code error;
    const auto canonical = std::filesystem::weakly_canonical(path, error);  // through links, as far as it exists
    return error ? path : canonical.string();
  }

  void check(std::size_t index, const OutputKey& key) {
    const CameraConfig& camera = config_.cameras[index];
    const std::string path = output_path(key.name_in(camera.outputs), camera.id);
    if (path.empty() || path.starts_with("/dev/")) return;
    const std::string name = path == "-" ? path : name_of(path);
    if (const auto source = sources_.find(name); source != sources_.end()) {
      report(index, key,
             fmt::format("would overwrite the source of {}; choose another name", camera_path(source->second)));
    }
    const auto [first, is_new] = writers_.emplace(name, Writer{&key, index});
    if (is_new || (key.may_be_shared && first->second.key == &key)) return;
    report_shared(index, key, first->second);
  }

  void report_shared(std::size_t index, const OutputKey& key, const Writer& first) {
    if (first.key == &key && first.camera != index) {
      report(index, key,
             fmt::format("{} and {} would write the same file; put {{camera}} into the name", camera_path(first.camera),
                         camera_path(index)));
    } else {
      report(index, key, fmt::format("{} would write the same file; choose another name", first.key->path));
    }
  }

  void report(std::size_t index, const OutputKey& key, const std::string& problem) {
    const std::string path = origin_of(config_.cameras[index], index, key.path);
    if (reported_.insert(path).second) problems_.add(place_of_(path), path, problem);
  }

  const Config& config_;
  const PlaceOf& place_of_;
  Problems& problems_;
  std::map<std::string, std::size_t> sources_;
  std::map<std::string, Writer> writers_;
  std::set<std::string> reported_;
};

}  // namespace

void take_source(CameraConfig& camera) {
  if (camera.streams.detect.empty()) return;
  camera.source = camera.streams.detect;
  camera.source_shown = camera.streams.detect_shown;
}

void merge_cameras(Config& config) {
  std::map<std::string, Slot> top;
  Section section = fields_of(config);
  each_leaf(section, "", [&](const std::string& path, Field& field) { top.emplace(path, field.slot); });
  for (CameraConfig& camera : config.cameras) {
    take_source(camera);
    Section own = fields_of(camera);
    each_leaf(own, "", [&](const std::string& path, Field& field) {
      const bool overridden = std::binary_search(camera.overrides.begin(), camera.overrides.end(), path);
      if (is_overridable(path) && !overridden) copy_value(top.at(path), field.slot);
    });
  }
}

void check_forms(const Config& config, Problems& problems) {
  if (!is_device(config.device)) problems.add({}, "device", refused_device(config.device));
  std::set<std::string> reported;
  for (std::size_t i = 0; i < config.cameras.size(); ++i) {
    const CameraConfig& camera = config.cameras[i];
    if (!is_camera_id(camera.id)) problems.add({}, camera_path(i) + ".id", refused_id(camera.id));
    for (const OutputKey& key : kOutputKeys) {
      const std::string_view placeholder = unknown_placeholder(key.name_in(camera.outputs));
      const std::string path = origin_of(camera, i, key.path);
      if (placeholder.empty() || !reported.insert(path).second) continue;
      problems.add({}, path, refused_placeholder(placeholder));
    }
  }
}

void check_relations(const Config& config, const PlaceOf& place_of, Problems& problems) {
  check_ids(config, place_of, problems);
  check_floors(config, place_of, problems);
  check_scores(config, place_of, problems);
  check_rotation(config, place_of, problems);
  check_tensors(config, place_of, problems);
  check_precisions(config, place_of, problems);
  check_video_names(config, place_of, problems);
  OutputNames(config, place_of, problems).check();
}

}  // namespace lyn::config
