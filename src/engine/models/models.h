#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "config/config.h"
#include "core/clock.h"
#include "core/result.h"
#include "engine/models/batcher.h"
#include "engine/models/known_answer.h"
#include "engine/run/backend.h"
#include "engine/run/run_options.h"
#include "engine/run/stage_set.h"
#include "stages/infer/model_card.h"
#include "stages/preprocess/letterbox.h"

namespace lyn {

/// What lanes need of a model; one for all lanes that use it.
struct LaneModel {
  std::string name;                  ///< tells it from others
  std::unique_ptr<Batcher> batcher;  ///< null: no batches; decode and letterbox only (`--model none`), or motion
  bool motion = false;               ///< each lane has a MotionDetector of its own instead of a share in a batcher
  InputSpec input;
  std::vector<std::string> labels;
};

/// What a card and its graph's own input type ask of the letterbox.
InputSpec input_spec(const ModelCard& card, ElementType type);

struct ModelsOptions {
  std::string home;            ///< the folder of what outlives a run, where compiled engines lie
  bool rehearse = false;       ///< see BatcherOptions
  bool deterministic = false;  ///< see SessionOptions
};

/// The models of a run: cameras that ask for the same one with the same settings share its batcher.
class Models {
 public:
  explicit Models(ModelsOptions options) : options_(std::move(options)) {}

  /// Loads what `detector` names, or finds it loaded. Error `device`: the card or the graph.
  Result<const LaneModel*> get(const Backend& backend, Device& device, const DetectorConfig& detector, const Tap& tap,
                               const Clock& clock, const StageSet& stages);
  /// Of all models here. Any thread.
  [[nodiscard]] const KnownAnswerTally& known_answers() const { return known_answers_; }

 private:
  const ModelsOptions options_;
  KnownAnswerTally known_answers_;  ///< stands before those that count in it
  std::map<std::string, LaneModel> models_;
};

}  // namespace lyn
