#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "app/assets.h"
#include "app/model_actions.h"
#include "device/cpu/cpu_device.h"
#include "stages/infer/card_guess.h"
#include "stages/infer/card_writer.h"
#include "stages/infer/head.h"
#include "stages/infer/model_file.h"

namespace lyn {

namespace fs = std::filesystem;

namespace {

fs::path card_path(const ModelArguments& arguments) {
  if (!arguments.out.empty()) return arguments.out;
  return fs::path(arguments.path).replace_extension(".yaml");
}

/// As the card shall name a file: relative where it lies beside or below the card.
std::string seen_from(const fs::path& card, const std::string& file) {
  std::error_code problem;
  const fs::path folder = fs::absolute(card).parent_path();
  const fs::path relative = fs::absolute(file).lexically_normal().lexically_relative(folder.lexically_normal());
  const bool inside = !relative.empty() && *relative.begin() != "..";
  return inside ? relative.string() : fs::absolute(file, problem).lexically_normal().string();
}

Status write_file(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (file) return {};
  return Error{ErrorKind::output, path.string() + ": cannot be written", "name another place with --out"};
}

/// That the card can be loaded and its head takes the graph's outputs: what a run would find out.
Result<std::string> try_card(const fs::path& path) {
  LYN_TRY(const ModelCard card, load_model_card(path.string()));
  LYN_TRY(const auto device, open_cpu_device());
  LYN_TRY(const auto session, make_cpu_session(*device, card, {0, 1}));
  LYN_TRY(const auto head, make_head(*device, card, *session, {}));
  return std::string("loaded; the head fits the graph's outputs");
}

}  // namespace

Status add_model(const ModelArguments& arguments) {
  const fs::path path = card_path(arguments);
  std::error_code ignored;
  if (!arguments.force && fs::exists(path, ignored)) {
    return Error{ErrorKind::usage, path.string() + " is there already",
                 "name another card with --out, or write over it with --force"};
  }
  LYN_TRY(const GraphFacts facts, read_graph_facts(arguments.path));
  CardWishes wishes{arguments.head, {}, arguments.licence};
  if (!arguments.labels.empty()) {
    LYN_TRY(wishes.labels, read_label_file(arguments.labels));
  }
  LYN_TRY(CardGuess guess, guess_card(facts, wishes, coco_names()));
  LYN_TRY(guess.card.sha256, sha256_of(arguments.path));
  const std::string labels = arguments.labels.empty() ? "" : seen_from(path, arguments.labels);
  LYN_CHECK(write_file(path, card_text(guess.card, seen_from(path, arguments.path), labels)));
  for (const std::string& reason : guess.reasons) std::printf("%s\n", reason.c_str());
  LYN_TRY(const std::string verdict, try_card(path));
  std::printf("%s: %s\nsee it work: lynceus model test %s IMAGE\n", path.c_str(), verdict.c_str(), path.c_str());
  return {};
}

}  // namespace lyn
