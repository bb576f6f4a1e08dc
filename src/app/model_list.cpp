#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "app/assets.h"
#include "app/model_actions.h"
#include "stages/infer/model_card.h"

namespace lyn {

namespace fs = std::filesystem;

namespace {

void print_card(const fs::path& path) {
  const auto card = load_model_card(path.string());
  if (!card) {
    std::printf("%-28s not usable: %s\n", path.filename().c_str(), card.error().what.c_str());
    return;
  }
  std::error_code ignored;
  const std::string size = std::to_string(card->input_width) + "x" + std::to_string(card->input_height);
  const std::string licence = card->licence.empty() ? "no licence given" : card->licence;
  std::printf("%-28s %-8s %-10s %4zu labels  %s%s\n", path.filename().c_str(), card->head.c_str(), size.c_str(),
              card->labels.size(), licence.c_str(), fs::exists(card->onnx, ignored) ? "" : "  (its graph is missing)");
}

}  // namespace

Status list_models(const ModelArguments& arguments) {
  const auto folder = arguments.path.empty() ? find_asset("models") : std::optional<fs::path>(arguments.path);
  std::error_code problem;
  std::vector<fs::path> cards;
  if (folder) {
    for (const auto& entry : fs::directory_iterator(*folder, problem)) {
      if (entry.path().extension() == ".yaml") cards.push_back(entry.path());
    }
  }
  if (!folder || problem) {
    const std::string name = folder ? folder->string() : "models";
    return Error{ErrorKind::usage, name + ": cannot be read" + (problem ? ": " + problem.message() : ""),
                 "name the folder with your cards"};
  }
  std::ranges::sort(cards);
  std::printf("%s\n", folder->c_str());
  for (const fs::path& card : cards) print_card(card);
  return {};
}

}  // namespace lyn
