#include "config/table.h"

#include <algorithm>
#include <array>
#include <type_traits>

namespace lyn::config {
namespace {

using Words = std::string_view;
constexpr std::array<Words, 2> kTrackers{"bytetrack", "none"};
constexpr std::array<Words, 2> kInterlaced{"weave", "bob"};
constexpr std::array<Words, 2> kEngines{"default", "tensorrt"};
constexpr std::array<Words, 2> kPrecisions{"fp32", "fp16"};
constexpr std::array<Words, 4> kCodecs{"h264", "hevc", "mjpeg", "copy"};
constexpr std::array<Words, 3> kSnapshotsWhen{"track", "detection", "time"};
constexpr std::array<Words, 9> kPresets{"ultrafast", "superfast", "veryfast", "faster",  "fast",
                                        "medium",    "slow",      "slower",   "veryslow"};
constexpr std::array<Words, 2> kTransports{"tcp", "udp"};
constexpr std::array<Words, 3> kMatrices{"bt601", "bt709", "bt2020"};
constexpr std::array<Words, 2> kOnly{"all", "nonempty"};
constexpr std::array<Words, 3> kWitnesses{"auto", "on", "off"};
constexpr std::array<Words, 3> kAdmissions{"off", "refuse", "degrade"};
constexpr std::array<Words, 5> kOverridable{"detector", "tracker", "objective", "conditions", "outputs"};

constexpr double kSecondMs = 1000;
constexpr double kYearMs = 365 * 24 * 3600 * kSecondMs;

Rule range(double least, double most) {
  return {.least = least, .most = most};
}
Rule one_of(std::span<const Words> words) {
  return {.choices = words};
}
Rule form(TextForm text_form) {
  return {.form = text_form};
}
Rule required(Rule rule) {
  rule.required = true;
  return rule;
}

Section fields_of(DecodeConfig& c) {
  return {
      {"threads", "Threads of one decoder on cpu; 0: all cores.", &c.threads, range(0, 64)},
      {"interlaced", "Interlaced pictures: weave (both fields, as coded) or bob (the first field, lines interpolated).",
       &c.interlaced, one_of(kInterlaced)},
  };
}

Section fields_of(BatchConfig& c) {
  return {
      {"size", "Most frames in one inference; clamped to what the model allows.", &c.size, range(1, 256)},
      {"deadline_ms", "Longest wait of a frame for its batch, in milliseconds.", &c.deadline_ms, range(1, 1000)},
  };
}

Section fields_of(MotionConfig& c) {
  return {
      {"sensitivity", "How small a change of brightness counts as motion.", &c.sensitivity, range(0, 1)},
      {"min_area", "Least share of the picture that must have changed in a box.", &c.min_area, range(0, 1)},
  };
}

Section fields_of(DetectorConfig& c) {
  return {
      {"model",
       "Path of a model card; motion: what moves, without a model; none: decode and letterbox only; empty: the shipped "
       "one.",
       &c.model, form(TextForm::model)},
      {"score", "Least score of a box that `detections` lists.", &c.score, range(0, 1)},
      {"scores", "Least score by label, where it is not `score`.", &c.scores, range(0, 1)},
      {"floor", "Least score of a box that the tracker sees; not above score.", &c.floor, range(0, 1)},
      {"nms", "IoU above which the weaker of two boxes goes.", &c.nms, range(0, 1)},
      {"classes", "Labels to list; empty: all.", &c.classes, {}},
      {"regions",
       "Polygons, each a list of at least three [x, y] in shares of the picture; boxes that stand in none are not "
       "listed; "
       "empty: the whole picture.",
       &c.regions, range(0, 1)},
      {"every", "Infer every n-th frame; the others are listed as skipped.", &c.every, range(1, 100'000)},
      {"threads", "Threads of inference on cpu; 0: all cores.", &c.threads, range(0, 256)},
      {"engine", "Who runs the model: default (ONNX Runtime's provider for the device) or tensorrt (on cuda).",
       &c.engine, one_of(kEngines)},
      {"precision", "What tensorrt may compute in; otherwise the model's own.", &c.precision, one_of(kPrecisions)},
      {"known_answer", "How often the model must answer a known picture as it did when it was loaded; 0: never.",
       &c.known_answer, range(0, 24 * 3600 * kSecondMs)},
      {"batch", "How frames are gathered for the model.", fields_of(c.batch), {}},
      {"motion", "How `model: motion` tells what moves.", fields_of(c.motion), {}},
  };
}

Section fields_of(TrackerConfig& c) {
  return {{"kind", "Tracker; none: detections only.", &c.kind, one_of(kTrackers)}};
}

Section fields_of(ObjectiveConfig& c) {
  return {
      {"latency", "Most time from a picture's arrival to its records.", &c.latency, range(1, 3600 * kSecondMs)},
      {"rate", "Least inferred frames a second; 0: all that `every` leaves.", &c.rate, range(0, 1000)},
  };
}

Section fields_of(StreamsConfig& c) {
  return {
      {"detect", "What is decoded and looked at.", SourceSlot{&c.detect, &c.detect_shown}, required({})},
      {"record",
       "What `outputs.codec: copy` copies; absent: what is looked at.",
       SourceSlot{&c.record, &c.record_shown},
       {}},
  };
}

Section fields_of(ConditionsConfig& c) {
  return {
      {"frozen", "The same picture for 20 s.", &c.frozen, {}},
      {"black", "Nothing but black.", &c.black, {}},
      {"covered", "The picture has lost its detail.", &c.covered, {}},
      {"moved", "The view is another one.", &c.moved, {}},
  };
}

Section fields_of(RotateConfig& c) {
  return {
      {"size", "Most bytes of a file, such as 100MB or 64MiB; empty: any.", &c.size, form(TextForm::byte_size)},
      {"every", "Age at which a new file begins; 0s: any.", &c.every, range(0, kYearMs)},
      {"keep", "Full files that stay, beside the one being written.", &c.keep, range(0, 999)},
  };
}

Section fields_of(SnapshotsConfig& c) {
  return {
      {"dir", "Folder of the pictures, CAMERA-FRAME.jpg; empty: none.", &c.dir, form(TextForm::folder_template)},
      {"when", "What they are taken of: each new track, frames with a detection, or the time.", &c.when,
       one_of(kSnapshotsWhen)},
      {"every", "With time: how often; with detection: how often at most.", &c.every, range(0, kYearMs)},
      {"quality", "Of the JPEG, 1 to 100.", &c.quality, range(1, 100)},
  };
}

Section fields_of(OutputsConfig& c) {
  return {
      {"detections", "JSON lines, one a frame; cameras may share it; - is standard output.", &c.detections,
       form(TextForm::path_template)},
      {"video", "Annotated video, an .mp4 or .mkv.", &c.video, form(TextForm::path_template)},
      {"codec", "Codec of the video: h264, hevc, mjpeg, or copy: the source's own packets, nothing drawn.", &c.codec,
       one_of(kCodecs)},
      {"preset", "Speed of the encoder of h264 and hevc against size.", &c.preset, one_of(kPresets)},
      {"segment", "Length of a video file, F-000, F-001, …; 0s: one file.", &c.segment, range(0, kYearMs)},
      {"audio", "Copies the source's sound into the video, as the container permits.", &c.audio, {}},
      {"mot", "Tracks as MOTChallenge CSV.", &c.mot, form(TextForm::path_template)},
      {"coco", "Detections as COCO results, one JSON array.", &c.coco, form(TextForm::path_template)},
      {"kitti", "Folder of KITTI files, one a frame: detections.", &c.kitti, form(TextForm::folder_template)},
      {"kitti_tracks", "Folder of KITTI files, one a frame: tracks, the id after the label.", &c.kitti_tracks,
       form(TextForm::folder_template)},
      {"frames", "Decoded planes, raw: every byte counts as a pixel on the host.", &c.frames,
       form(TextForm::path_template)},
      {"tensors", "The model's inputs, raw: every byte counts as a pixel on the host.", &c.tensors,
       form(TextForm::path_template)},
      {"frame_hash", "Adds a hash of the decoded planes to every line.", &c.frame_hash, {}},
      {"tracks", "Adds all tracks, lost ones too, to every line.", &c.tracks, {}},
      {"only", "Frames that `detections` lists: all, or nonempty for those with something in them.", &c.only,
       one_of(kOnly)},
      {"rotate", "When `detections` begins a new file; full ones become F.1, F.2, ….", fields_of(c.rotate), {}},
      {"snapshots", "Single pictures as JPEG files, with what was found drawn on them.", fields_of(c.snapshots), {}},
  };
}

}  // namespace

Section fields_of(CameraConfig& c) {
  return {
      {"id", "Stable name: a to z, 0 to 9, _ and -, at most 64.", &c.id, required(form(TextForm::camera_id))},
      {"name", "Free text for people.", &c.name, {}},
      {"enabled", "false: the camera is listed and not opened.", &c.enabled, {}},
      {"weight", "Share of a model that is too slow for all, beside the other cameras' weights.", &c.weight,
       range(0.01, 100)},
      {"device", "One of the run's devices, such as cuda:1; absent: where there is most room.", &c.device,
       form(TextForm::own_device)},
      {"source",
       "File or URL. ${VAR} comes from the environment, {file: PATH} from a file; both stay hidden.",
       SourceSlot{&c.source, &c.source_shown},
       {}},
      {"streams", "Streams of one camera by what they are for, instead of `source`.", fields_of(c.streams), {}},
      {"transport", "How RTSP media travels.", &c.transport, one_of(kTransports)},
      {"tls", "Whom rtsps:// and https:// trust: verify, insecure or pin:<sha256 of the certificate>.", &c.tls,
       form(TextForm::tls)},
      {"allow_hosts", "Hosts that the camera may point to besides its own.", &c.allow_hosts, {}},
      {"still_rate", "Pictures a second of a folder of stills.", &c.still_rate, range(0.01, 1000)},
      {"stall_timeout", "Silence after which a live source counts as lost.", &c.stall_timeout,
       range(kSecondMs / 10, 3600 * kSecondMs)},
      {"matrix", "Colour matrix of an untagged stream; absent: by its height.", &c.matrix, one_of(kMatrices)},
      {"detector", "This camera's own detector settings.", fields_of(c.detector), {}},
      {"tracker", "This camera's own tracker settings.", fields_of(c.tracker), {}},
      {"objective", "What this camera is to give.", fields_of(c.objective), {}},
      {"conditions", "What is looked for in this camera's own picture.", fields_of(c.conditions), {}},
      {"outputs", "This camera's own outputs.", fields_of(c.outputs), {}},
  };
}

Section fields_of(Config& c) {
  return {
      {"version", "Version of this format.", &c.version, required(range(1, 1))},
      {"device", "Where pixels live: cpu, cuda, cuda:N; several GPUs as cuda:N,M or cuda:all.", &c.device,
       form(TextForm::device)},
      {"state_dir", "Folder of what outlives a run; empty: the default place.", &c.state_dir, form(TextForm::path)},
      {"witnesses", "On cuda, whether CUPTI and the GPU's counters watch the run; auto: with --strict.", &c.witnesses,
       one_of(kWitnesses)},
      {"admission", "What becomes of a live camera that there is no room for: off: it starts all the same.",
       &c.admission, one_of(kAdmissions)},
      {"decode", "How compressed video becomes pictures.", fields_of(c.decode), {}},
      {"detector", "What is looked for, and how.", fields_of(c.detector), {}},
      {"tracker", "How boxes become tracks.", fields_of(c.tracker), {}},
      {"objective", "What live cameras are to give before they count as overloaded.", fields_of(c.objective), {}},
      {"conditions", "What may be wrong with the picture of a live camera, and is said.", fields_of(c.conditions), {}},
      {"outputs", "Where results go; {camera} stands for the camera's id.", fields_of(c.outputs), {}},
      {"cameras", "The cameras; each may override detector, tracker, objective and outputs.", CameraSlot{&c}, {}},
  };
}

void each_leaf(Section& section, const std::string& prefix,
               const std::function<void(const std::string& path, Field& field)>& visit) {
  for (Field& field : section) {
    const std::string path = prefix.empty() ? std::string(field.key) : prefix + "." + std::string(field.key);
    if (auto* inner = std::get_if<Section>(&field.slot)) {
      each_leaf(*inner, path, visit);
    } else if (!std::holds_alternative<CameraSlot>(field.slot)) {
      visit(path, field);
    }
  }
}

std::span<const std::string_view> overridable_sections() {
  return kOverridable;
}

bool is_overridable(std::string_view path) {
  return std::any_of(kOverridable.begin(), kOverridable.end(),
                     [&](std::string_view section) { return path.substr(0, path.find('.')) == section; });
}

void copy_value(const Slot& from, const Slot& to) {
  std::visit(
      [&](const auto& source) {
        using S = std::decay_t<decltype(source)>;
        if constexpr (std::is_pointer_v<S>) *std::get<S>(to) = *source;
      },
      from);
}

bool same_value(const Slot& a, const Slot& b) {
  return std::visit(
      [&](const auto& left) {
        using S = std::decay_t<decltype(left)>;
        const S& right = std::get<S>(b);
        if constexpr (std::is_pointer_v<S>) return *left == *right;
        if constexpr (std::is_same_v<S, SourceSlot>) return left.secret->reveal() == right.secret->reveal();
        return true;
      },
      a);
}

}  // namespace lyn::config

namespace lyn {

bool CameraConfig::operator==(const CameraConfig& other) const {
  CameraConfig left = *this;
  CameraConfig right = other;
  config::Section right_fields = config::fields_of(right);
  config::Section left_fields = config::fields_of(left);
  std::vector<config::Slot> slots;
  config::each_leaf(right_fields, "", [&](const std::string&, config::Field& field) { slots.push_back(field.slot); });
  bool same = overrides == other.overrides;
  std::size_t i = 0;
  config::each_leaf(left_fields, "", [&](const std::string&, config::Field& field) {
    same = config::same_value(field.slot, slots[i++]) && same;
  });
  return same;
}

}  // namespace lyn
