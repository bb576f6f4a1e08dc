#include <fmt/format.h>

#include <array>
#include <cmath>
#include <filesystem>

#include "config/migrate_draft.h"
#include "config/text_forms.h"

namespace lyn::config {
namespace {

/// As PyTorch names it, or a bare number.
std::string device_in(const Json& value) {
  if (const auto number = whole_in(value, 0, 99)) return fmt::format("cuda:{}", *number);
  const std::string text = line_in(value).value_or("");
  const bool digits = !text.empty() && text.size() < 3 && text.find_first_not_of("0123456789") == std::string::npos;
  if (digits) return "cuda:" + text;
  return is_device(text) ? text : "";
}

void take_device(MigrationDraft& draft, const std::string& key, const Json& value) {
  if (device_in(value).empty()) return draft.drop(key, "is no device; devices are cpu, cuda and cuda:N");
  draft.rename(key, "device");
}

void take_model(MigrationDraft& draft, const std::string& key, const Json& value) {
  const auto path = line_in(value);
  if (!path || path->empty()) return draft.drop(key, "names no model; the shipped one is taken");
  const std::filesystem::path graph = draft.moved(*path);
  std::filesystem::path card = graph;
  draft.made["detector"]["model"] = card.replace_extension(".yaml").string();
  const bool onnx = graph.extension() == ".onnx";
  draft.rename(key, "detector.model",
               onnx ? "a model is a card beside its graph; `lynceus model add` writes it"
                    : "a model is a card beside its ONNX graph; export one, then `lynceus model add` writes the card");
}

void take_score(MigrationDraft& draft, const std::string& key, const Json& value) {
  constexpr double kFloor = 0.1;
  const auto score = number_in(value, 0, 1);
  if (!score) return draft.drop(key, "is no number from 0 to 1; the default holds");
  draft.made["detector"]["score"] = *score;
  if (*score < kFloor) draft.made["detector"]["floor"] = *score;
  draft.rename(key, "detector.score", *score < kFloor ? "and detector.floor, which may not be above it" : "");
}

void take_overlap(MigrationDraft& draft, const std::string& key, const Json& value) {
  const auto overlap = number_in(value, 0, 1);
  if (!overlap) return draft.drop(key, "is no number from 0 to 1; the default holds");
  draft.made["detector"]["nms"] = *overlap;
  draft.rename(key, "detector.nms");
}

/// CLASS_NAMES is an object of numbers as texts, or a list.
std::optional<std::string> class_name(const MigrationDraft& draft, const Json& wanted) {
  if (wanted.is_string()) return line_in(wanted);
  const auto number = whole_in(wanted, 0, 100'000);
  if (!number) return std::nullopt;
  const auto index = static_cast<std::size_t>(*number);
  const Json& names = draft.at("models", "CLASS_NAMES");
  if (names.is_object()) return line_in(names.value(std::to_string(*number), Json()));
  if (names.is_array()) return index < names.size() ? line_in(names[index]) : std::nullopt;
  const auto& known = draft.place.class_names;
  return index < known.size() ? std::optional(known[index]) : std::nullopt;
}

void take_classes(MigrationDraft& draft, const std::string& key, const Json& value) {
  if (!value.is_array()) return draft.drop(key, "is no list of classes; all are listed");
  Json labels = Json::array();
  for (const Json& wanted : value) {
    const auto name = class_name(draft, wanted);
    if (!name) return draft.drop(key, "holds a class without a name in CLASS_NAMES; all classes are listed");
    labels.push_back(*name);
  }
  draft.made["detector"]["classes"] = std::move(labels);
  draft.rename(key, "detector.classes", "classes go by their label, not by number");
}

void take_batch(MigrationDraft& draft, const std::string& key, const Json& value) {
  const auto size = whole_in(value, 1, 256);
  if (!size) return draft.drop(key, "is no whole number from 1 to 256; the default holds");
  draft.made["detector"]["batch"]["size"] = *size;
  draft.rename(key, "detector.batch.size");
}

void take_tensorrt(MigrationDraft& draft, const std::string& key, const Json& value) {
  if (value != Json(true)) return draft.keep(key, "without detector.engine ONNX Runtime's own provider runs the model");
  if (!draft.on_cuda()) return draft.drop(key, "TensorRT runs on cuda, and the device is cpu");
  draft.made["detector"]["engine"] = "tensorrt";
  draft.rename(key, "detector.engine", "`./lynceus setup gpu --tensorrt` brings TensorRT");
}

void take_half(MigrationDraft& draft, const std::string& key, const Json& value) {
  if (value != Json(true)) return draft.keep(key, "without detector.precision the model's own holds");
  if (!draft.on_cuda() || !draft.is_true("models", "ENABLE_TENSORRT")) {
    return draft.drop(key, "precision is TensorRT's to choose, and TensorRT is not asked for");
  }
  draft.made["detector"]["precision"] = "fp16";
  draft.rename(key, "detector.precision");
}

/// "every n-th" and "n between two": both thin out, and neither more than asked.
void take_interval(MigrationDraft& draft, const std::string& key, const Json& value) {
  constexpr int kMost = 100'000;
  const bool skips = key.ends_with("FRAME_SKIP");
  const auto count = whole_in(value, skips ? 0 : 1, kMost - 1);
  if (!count) return draft.drop(key, "is no count of frames; every frame is inferred");
  const int every = skips ? *count + 1 : *count;
  if (every == 1) return draft.keep(key, "without detector.every each frame is inferred");
  Json& made = draft.made["detector"]["every"];
  made = made.is_number() ? std::max(made.get<int>(), every) : every;
  draft.rename(key, "detector.every", skips ? "one more than the frames between" : "");
}

void take_tracking(MigrationDraft& draft, const std::string& key, const Json& value) {
  if (!value.is_boolean()) return draft.drop(key, "is neither true nor false; tracks are made");
  draft.made["tracker"]["kind"] = value.get<bool>() ? "bytetrack" : "none";
  draft.rename(key, "tracker.kind");
}

}  // namespace

void choose_device(MigrationDraft& draft) {
  const std::string named = device_in(draft.at("models", "DEVICE"));
  const bool asks = draft.is_true("models", "FORCE_GPU_ONLY") || draft.is_true("models", "ENABLE_TENSORRT") ||
                    draft.is_true("processing", "USE_UNIFIED_GPU_PIPELINE") ||
                    draft.is_true("processing", "ENABLE_NVDEC");
  if (!named.empty() || asks) draft.made["device"] = named.empty() ? "cuda" : named;
}

std::span<const KeyRule> detector_rules() {
  static constexpr std::array kRules = std::to_array<KeyRule>({
      {"models.DEVICE", take_device},
      {"models.MODEL_PATH", take_model},
      {"models.MODEL_CONFIDENCE_THRESHOLD", take_score},
      {"models.MODEL_IOU_THRESHOLD", take_overlap},
      {"models.TARGET_CLASSES", take_classes},
      {"models.ENABLE_TENSORRT", take_tensorrt},
      {"models.TENSORRT_FP16", take_half},
      {"processing.GPU_BATCH_SIZE", take_batch},
      {"processing.FRAME_SKIP", take_interval},
      {"processing.ANALYSIS_FRAME_INTERVAL", take_interval},
      {"tracking.ENABLE_TRACKING", take_tracking},
  });
  return kRules;
}

}  // namespace lyn::config
