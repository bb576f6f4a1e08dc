#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lyn::test {

/// A graph to load in tests: each slot's output is the first values of its input, as rows of
/// `output_columns`; so a test says exactly what the model "finds". Dimensions of -1 are open.
struct TinyGraph {
  std::int64_t batch = -1;
  std::int64_t channels = 3;
  std::int64_t height = 32;
  std::int64_t width = 32;
  std::int64_t output_rows = 21;  ///< YOLOX's anchors at 32x32: 16 + 4 + 1
  std::int64_t output_columns = 7;
  bool declare_output_shape = true;
  bool pairs_slots = false;    ///< gives one output slot for two of the input
  std::string bias_file = {};  ///< added to each row, read from this external file of output_columns floats
  int element_type = 1;        ///< of input and output: 1 float32, 10 float16
};

/// The graph as the bytes of an .onnx file.
std::string tiny_onnx(const TinyGraph& graph);

/// One output of a sliced graph: the next values of the input, in this shape.
struct SlicedOutput {
  std::string name = "output0";
  std::vector<std::int64_t> dims;  ///< without the batch
  int element_type = 1;            ///< as TinyGraph's, and 6 int32, 7 int64
  bool times_sizes = false;        ///< [R,4], multiplied by orig_target_sizes twice over: an input is then there
};

/// A graph with any outputs: they share out the values of its input in their order.
struct SlicedGraph {
  std::int64_t batch = -1;
  std::int64_t height = 32;
  std::int64_t width = 32;
  int input_type = 1;
  bool channels_last = false;
  std::vector<SlicedOutput> outputs;
  std::vector<std::pair<std::string, std::string>> metadata = {};
};
std::string sliced_onnx(const SlicedGraph& graph);

}  // namespace lyn::test
