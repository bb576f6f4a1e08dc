#pragma once

#include <cstdint>
#include <string>

#include "stages/infer/graph_facts.h"

namespace lyn {

/// A head that gives such outputs, and what else they say.
struct HeadGuess {
  std::string head;          ///< empty: none does
  std::int64_t classes = 0;  ///< 0: the outputs do not say
  std::string reason;
  int keypoints = 0;  ///< of pose heads
  int keypoint_values = 3;
};

/// The head that fits the shapes of the outputs. `head` is one that the user names, or empty: then the
/// metadata's `task` says whether there are keypoints.
HeadGuess guess_head(const GraphFacts& facts, const std::string& head);

/// `"output0" [N,84,8400], …`
std::string outputs_of(const GraphFacts& facts);
/// What the exporter wrote, or "".
std::string metadata_of(const GraphFacts& facts, const std::string& key);
bool has_output(const GraphFacts& facts, const char* name);

}  // namespace lyn
