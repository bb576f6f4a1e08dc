#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "stages/infer/session.h"

namespace lyn {

/// What an ONNX file says of itself, before anybody has written a card for it.
struct GraphFacts {
  std::string onnx;                             ///< path
  TensorShape input;                            ///< of the picture; -1 where open
  bool takes_sizes = false;                     ///< it has an input orig_target_sizes too
  std::vector<TensorShape> outputs;             ///< -1 for the batch alone, where the graph could be run
  std::map<std::string, std::string> metadata;  ///< what the exporter wrote: "names", "task", …
  int width = 0;                                ///< of the input: its own, or imgsz of the metadata, or 640
  int height = 0;
  bool channels_last = false;        ///< the input is [N,height,width,3]
  bool size_is_open = false;         ///< the graph takes other sizes too
  bool gives_probabilities = false;  ///< its one output is a list of numbers from 0 to 1 whose sum is 1
};

/// Reads the graph through ONNX Runtime's CPU provider, in host memory. Where output sizes are open, or
/// it looks like a classifier, it is run once on zeros. Error `device`: it cannot be loaded, or its inputs are no
/// picture.
Result<GraphFacts> read_graph_facts(const std::string& onnx);

}  // namespace lyn
