#include "stages/infer/card_guess.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "stages/infer/head.h"
#include "stages/infer/head_guess.h"
#include "stages/infer/metadata.h"

namespace lyn {
namespace {

constexpr float kImageNetMean[3] = {0.485F, 0.456F, 0.406F};
constexpr float kImageNetStd[3] = {0.229F, 0.224F, 0.225F};

/// Ultralytics' words for what a model is for, as far as there are heads for it.
bool has_head(const std::string& task) {
  return task == "detect" || task == "pose" || task == "segment" || task == "classify";
}

class Guess {
 public:
  Guess(const GraphFacts& facts, const CardWishes& wishes) : facts_(facts), wishes_(wishes) {}

  Result<CardGuess> make(const std::vector<std::string>& coco) {
    LYN_CHECK(head());
    made_.card.onnx = facts_.onnx;
    size();
    LYN_CHECK(labels(coco));
    pixels();
    licence();
    return std::move(made_);
  }

 private:
  void say(const std::string& what, const std::string& value, const std::string& why) {
    made_.reasons.push_back(fmt::format("{}: {} ({})", what, value, why));
  }

  Status head() {
    const std::string task = metadata_of(facts_, "task");
    if (wishes_.head.empty() && !task.empty() && !has_head(task)) {
      return Error{ErrorKind::device,
                   facts_.onnx + ": its metadata says task: " + task + ", and no head here does that",
                   "name a head with --head if you know better; known are " + known_heads()};
    }
    guess_ = guess_head(facts_, wishes_.head);
    if (guess_.head.empty()) {
      return Error{ErrorKind::device, facts_.onnx + ": no head gives outputs like " + outputs_of(facts_),
                   "name one with --head; known are " + known_heads()};
    }
    made_.card.head = guess_.head;
    made_.card.keypoints = guess_.keypoints;
    made_.card.keypoint_values = guess_.keypoint_values;
    say("head", guess_.head, fmt::format("outputs {}: {}", outputs_of(facts_), guess_.reason));
    return {};
  }

  void size() {
    made_.card.input_width = facts_.width;
    made_.card.input_height = facts_.height;
    made_.card.nhwc = facts_.channels_last;
    if (facts_.channels_last) say("layout", "nhwc", "the input ends in its three channels");
    const char* why = !facts_.size_is_open                   ? "the graph's own"
                      : metadata_of(facts_, "imgsz").empty() ? "the graph takes any, and this is usual"
                                                             : "imgsz in the metadata";
    say("input", fmt::format("{}x{}", facts_.width, facts_.height), why);
  }

  Status labels(const std::vector<std::string>& coco) {
    auto& labels = made_.card.labels;
    labels = wishes_.labels;
    std::string why = "as you said";
    if (labels.empty()) {
      labels = names_in_metadata(metadata_of(facts_, "names"));
      why = "names in the metadata";
    }
    if (labels.empty() && (guess_.classes == static_cast<std::int64_t>(coco.size()) || guess_.classes == 0)) {
      labels = coco;
      why = "the graph names none; their number is COCO's";
      if (guess_.classes == 0) why = "a plain guess: the graph names none and does not say how many; see --labels";
    }
    if (labels.empty()) {
      for (std::int64_t i = 0; i < guess_.classes; ++i) labels.push_back(fmt::format("class_{}", i));
      why = "the graph names none: numbers, until you give --labels FILE";
    }
    say("labels", fmt::format("{}, from {} to {}", labels.size(), labels.front(), labels.back()), why);
    if (guess_.classes == 0 || guess_.classes == static_cast<std::int64_t>(labels.size())) return {};
    if (!wishes_.head.empty()) return {};  // the head itself will say what does not fit
    return Error{ErrorKind::device,
                 fmt::format("{}: {} labels, but outputs {} have {} classes as head {}", facts_.onnx, labels.size(),
                             outputs_of(facts_), guess_.classes, guess_.head),
                 "give one label for each class with --labels, or name another head with --head"};
  }

  /// What each family's own code does with a picture before the network sees it.
  void pixels() {
    ModelCard& card = made_.card;
    if (card.head == "yolox") {
      card.bgr = true;
      say("pixels", "BGR, 0 to 255, padded right and below with 114", "as YOLOX trains since 0.1.1");
      return;
    }
    if (card.head == kClassifierHead) return classifier_pixels();
    const bool bytes = facts_.input.type == ElementType::uint8;
    card.scale = bytes ? 1.0F : 1.0F / 255;
    const bool detr = is_detr_head(card.head);
    card.pad = detr ? PadSide::none : PadSide::both;
    say("pixels",
        fmt::format("RGB, {}, {}", bytes ? "bytes" : "0 to 1", detr ? "stretched" : "padded on both sides with 114"),
        detr ? "as RT-DETR and D-FINE train" : "as Ultralytics does");
    if (detr && !facts_.takes_sizes && has_output(facts_, "boxes")) {
      say("boxes", "normalised", "a plain guess: there is no input orig_target_sizes; write boxes: pixels if they are");
    }
  }

  /// Ultralytics' classifiers see the pixels themselves; others usually what torchvision trains on.
  void classifier_pixels() {
    ModelCard& card = made_.card;
    const bool bytes = facts_.input.type == ElementType::uint8;
    const bool plain = bytes || metadata_of(facts_, "task") == "classify";
    card.pad = PadSide::both;
    card.scale = bytes ? 1.0F : 1.0F / 255;
    if (!plain) {
      std::ranges::copy(kImageNetMean, card.mean);
      std::ranges::copy(kImageNetStd, card.std);
    }
    say("pixels",
        fmt::format("RGB, {}{}, padded on both sides with 114", bytes ? "bytes" : "0 to 1",
                    plain ? "" : ", less ImageNet's mean by its std"),
        plain ? "as Ultralytics does, but padded where it cuts" : "a plain guess: as torchvision's models train");
    card.scores = facts_.gives_probabilities ? ScoreKind::probabilities : ScoreKind::logits;
    say("scores", facts_.gives_probabilities ? "probabilities" : "logits",
        facts_.gives_probabilities ? "what it says of a black picture sums to 1"
                                   : "what it says of a black picture does not sum to 1");
  }

  void licence() {
    made_.card.licence = wishes_.licence.empty() ? metadata_of(facts_, "license") : wishes_.licence;
    if (made_.card.licence.empty()) return say("licence", "none", "the graph does not say; give --licence");
    say("licence", made_.card.licence, wishes_.licence.empty() ? "license in the metadata" : "as you said");
  }

  const GraphFacts& facts_;
  const CardWishes& wishes_;
  HeadGuess guess_;
  CardGuess made_;
};

}  // namespace

Result<CardGuess> guess_card(const GraphFacts& facts, const CardWishes& wishes, const std::vector<std::string>& coco) {
  return Guess(facts, wishes).make(coco);
}

}  // namespace lyn
