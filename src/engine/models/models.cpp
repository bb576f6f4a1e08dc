#include "engine/models/models.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "stages/infer/head.h"

namespace lyn {

InputSpec input_spec(const ModelCard& card, ElementType type) {
  InputSpec spec;
  spec.type = type;
  spec.width = card.input_width;
  spec.height = card.input_height;
  spec.order = card.bgr ? ColourOrder::bgr : ColourOrder::rgb;
  spec.scale = card.scale;
  std::copy(std::begin(card.mean), std::end(card.mean), std::begin(spec.mean));
  std::copy(std::begin(card.std), std::end(card.std), std::begin(spec.std));
  spec.pad = card.pad;
  spec.pad_value = card.pad_value;
  spec.resize = card.area_resize ? Resize::area : Resize::bilinear;
  spec.layout = card.nhwc ? SlotLayout::nhwc : SlotLayout::nchw;
  return spec;
}

namespace {

std::string key_of(const DetectorConfig& detector) {
  return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}", detector.model, detector.floor, detector.nms, detector.batch.size,
                     detector.batch.deadline_ms, detector.threads, detector.engine, detector.precision,
                     detector.known_answer.count());
}

SessionOptions session_options(const DetectorConfig& detector, const ModelsOptions& models) {
  SessionOptions options{detector.threads, detector.batch.size};
  if (detector.engine == "tensorrt") options.engine = InferenceEngine::tensorrt;
  options.fp16 = detector.precision == "fp16";
  options.engine_home = models.home;
  options.deterministic = models.deterministic;
  return options;
}

Result<LaneModel> load(const Backend& backend, Device& device, const DetectorConfig& detector,
                       const ModelsOptions& models, const Tap& tap, const Clock& clock, const StageSet& stages,
                       KnownAnswerTally& tally) {
  LYN_TRY(const ModelCard card, load_model_card(detector.model));
  LYN_TRY(auto session, backend.make_session(device, card, session_options(detector, models)));
  const HeadOptions head_options{static_cast<float>(detector.floor), static_cast<float>(detector.nms)};
  LYN_TRY(auto head, make_head(device, card, *session, head_options));
  LaneModel model;
  model.input = input_spec(card, session->input().type);
  model.labels = card.labels;
  const BatcherOptions options{detector.batch.size, std::chrono::milliseconds(detector.batch.deadline_ms), tap,
                               models.rehearse};
  std::unique_ptr<KnownAnswer> known;
  if (detector.known_answer.count() > 0) {
    LYN_TRY(auto known_head, make_head(device, card, *session, KnownAnswer::kHead));
    known = std::make_unique<KnownAnswer>(KnownAnswer::Setup{device, std::move(known_head), model.input, detector.model,
                                                             detector.known_answer, tally, clock});
  }
  LYN_TRY(model.batcher, Batcher::create(device, std::move(session), std::move(head), model.input.slot_bytes(), options,
                                         clock, stages, std::move(known)));
  return model;
}

}  // namespace

Result<const LaneModel*> Models::get(const Backend& backend, Device& device, const DetectorConfig& detector,
                                     const Tap& tap, const Clock& clock, const StageSet& stages) {
  const std::string key = key_of(detector);
  if (const auto found = models_.find(key); found != models_.end()) return &found->second;
  LaneModel model;
  if (detector.model == "motion") {
    model.motion = true;
    model.labels = {"motion"};
  } else if (detector.model != "none") {
    LYN_TRY(model, load(backend, device, detector, options_, tap, clock, stages, known_answers_));
  }
  model.name = key;
  return &models_.emplace(key, std::move(model)).first->second;
}

}  // namespace lyn
