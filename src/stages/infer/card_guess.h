#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "stages/infer/graph_facts.h"
#include "stages/infer/model_card.h"

namespace lyn {

/// What the user knows better than the graph.
struct CardWishes {
  std::string head;                 ///< empty: guess
  std::vector<std::string> labels;  ///< empty: from the metadata, or COCO's where their number fits
  std::string licence;
};

/// A card for a graph, and why each of its values is what it is: one line a value.
struct CardGuess {
  ModelCard card;
  std::vector<std::string> reasons;
};

/// Guesses the card from shapes and metadata: Ultralytics' metadata, the shapes of YOLOX, YOLOv5, the
/// YOLOv8 family, RT-DETR and D-FINE. `coco` are COCO's 80 names, for graphs of 80 classes that name none.
/// Error `device`: no head gives such outputs; it says what they are and which heads are known.
Result<CardGuess> guess_card(const GraphFacts& facts, const CardWishes& wishes, const std::vector<std::string>& coco);

}  // namespace lyn
