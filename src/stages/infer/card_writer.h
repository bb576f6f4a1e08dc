#pragma once

#include <string>

#include "stages/infer/model_card.h"

namespace lyn {

/// The card as YAML that load_model_card() reads back as it is. `labels` is a file's name as the card
/// shall say it; empty: the labels themselves. `onnx` likewise stands for the graph's path.
std::string card_text(const ModelCard& card, const std::string& onnx, const std::string& labels);

}  // namespace lyn
