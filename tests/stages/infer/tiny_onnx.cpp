#include "stages/infer/tiny_onnx.h"

#include <utility>

namespace lyn::test {
namespace {

/// Protocol buffers by hand: field numbers are those of onnx.proto.
class Message {
 public:
  Message& number(int field, std::int64_t value) {
    varint(static_cast<std::uint64_t>(field) << 3U);
    varint(static_cast<std::uint64_t>(value));
    return *this;
  }
  Message& text(int field, std::string_view value) {
    varint(static_cast<std::uint64_t>(field) << 3U | 2U);
    varint(value.size());
    bytes_ += value;
    return *this;
  }
  Message& message(int field, const Message& value) { return text(field, value.bytes_); }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  void varint(std::uint64_t value) {
    for (; value >= 128; value >>= 7U) bytes_ += static_cast<char>(value | 128U);
    bytes_ += static_cast<char>(value);
  }
  std::string bytes_;
};

Message value_info(std::string_view name, int type, const std::vector<std::int64_t>& dims) {
  Message tensor;
  tensor.number(1, type);
  Message shape;
  for (const std::int64_t dim : dims) {
    Message one;
    if (dim < 0) {
      one.text(2, "open" + std::string(name));
    } else {
      one.number(1, dim);
    }
    shape.message(1, one);
  }
  tensor.message(2, shape);
  return Message().text(1, name).message(2, Message().message(1, tensor));
}

Message integers(std::string_view name, const std::vector<std::int64_t>& values) {
  std::string raw;
  for (const std::int64_t value : values) {
    for (unsigned shift = 0; shift < 64; shift += 8)
      raw += static_cast<char>(static_cast<std::uint64_t>(value) >> shift);
  }
  const auto count = static_cast<std::int64_t>(values.size());
  return Message().number(1, count).number(2, 7).text(8, name).text(9, raw);
}

Message external_floats(std::string_view name, std::int64_t count, std::string_view file) {
  const Message location = Message().text(1, "location").text(2, file);
  return Message().number(1, count).number(2, 1).text(8, name).message(13, location).number(14, 1);
}

Message node(std::string_view type, const std::vector<std::string>& inputs, std::string_view output) {
  Message made;
  for (const std::string& input : inputs) made.text(1, input);
  return made.text(2, output).text(3, std::string(output) + "_node").text(4, type);
}

/// With one integer attribute.
Message node(std::string_view type, const std::vector<std::string>& inputs, std::string_view output,
             std::string_view attribute, std::int64_t value) {
  return node(type, inputs, output).message(5, Message().text(1, attribute).number(3, value).number(20, 2));
}

constexpr int kFloat = 1;
constexpr int kInt64 = 7;
constexpr const char* kSizes = "orig_target_sizes";

std::int64_t product(const std::vector<std::int64_t>& dims) {
  std::int64_t elements = 1;
  for (const std::int64_t dim : dims) elements *= dim;
  return elements;
}

std::vector<std::int64_t> batched(std::int64_t batch, std::vector<std::int64_t> dims) {
  dims.insert(dims.begin(), batch);
  return dims;
}

/// "sizes4" [N,1,4]: width, height, width, height, as RT-DETR's deploy export multiplies its boxes.
void add_sizes(Message& graph, std::int64_t batch) {
  graph.message(1, node("Cast", {kSizes}, "sizes", "to", kFloat));
  graph.message(1, node("Concat", {"sizes", "sizes"}, "sizes_twice", "axis", 1));
  graph.message(1, node("Reshape", {"sizes_twice", "sizes_shape"}, "sizes4"));
  graph.message(5, integers("sizes_shape", {-1, 1, 4}));
  graph.message(11, value_info(kSizes, kInt64, {batch, 2}));
}

/// Values [at, at + elements) of "flat" as one output.
void add_output(Message& graph, const SlicedGraph& sliced, const SlicedOutput& output, std::int64_t at) {
  const std::string& name = output.name;
  graph.message(1, node("Slice", {"flat", name + "_begin", name + "_end", "axis"}, name + "_flat"));
  graph.message(1, node("Reshape", {name + "_flat", name + "_shape"}, name + "_float"));
  const std::string last = output.times_sizes ? name + "_scaled" : name + "_float";
  if (output.times_sizes) graph.message(1, node("Mul", {name + "_float", "sizes4"}, last));
  graph.message(1, node("Cast", {last}, name, "to", output.element_type));
  graph.message(5, integers(name + "_begin", {at}));
  graph.message(5, integers(name + "_end", {at + product(output.dims)}));
  graph.message(5, integers(name + "_shape", batched(-1, output.dims)));
  graph.message(12, value_info(name, output.element_type, batched(sliced.batch, output.dims)));
}

}  // namespace

std::string sliced_onnx(const SlicedGraph& sliced) {
  Message graph;
  graph.text(2, "sliced");
  const std::vector<std::int64_t> planes{sliced.batch, 3, sliced.height, sliced.width};
  const std::vector<std::int64_t> pixels{sliced.batch, sliced.height, sliced.width, 3};
  graph.message(11, value_info("images", sliced.input_type, sliced.channels_last ? pixels : planes));
  graph.message(1, node("Cast", {"images"}, "floats", "to", kFloat));
  graph.message(1, node("Flatten", {"floats"}, "flat"));
  graph.message(5, integers("axis", {1}));
  std::int64_t at = 0;
  bool sizes = false;
  for (const SlicedOutput& output : sliced.outputs) {
    if (output.times_sizes && !std::exchange(sizes, true)) add_sizes(graph, sliced.batch);
    add_output(graph, sliced, output, at);
    at += product(output.dims);
  }
  Message model;
  model.number(1, 8).message(8, Message().number(2, 13)).message(7, graph);
  for (const auto& [key, value] : sliced.metadata) model.message(14, Message().text(1, key).text(2, value));
  return model.bytes();
}

std::string tiny_onnx(const TinyGraph& tiny) {
  Message graph;
  graph.message(1, node("Flatten", {"images"}, "flat"));
  graph.message(1, node("Slice", {"flat", "begin", "end", "axis"}, "head"));
  graph.message(1, node("Reshape", {"head", "shape"}, tiny.bias_file.empty() ? "output" : "rows"));
  if (!tiny.bias_file.empty()) graph.message(1, node("Add", {"rows", "bias"}, "output"));
  graph.text(2, "tiny");
  graph.message(5, integers("begin", {0}));
  graph.message(5, integers("end", {tiny.output_rows * tiny.output_columns}));
  graph.message(5, integers("axis", {1}));
  graph.message(
      5, integers("shape", {-1, tiny.pairs_slots ? 2 * tiny.output_rows : tiny.output_rows, tiny.output_columns}));
  if (!tiny.bias_file.empty()) graph.message(5, external_floats("bias", tiny.output_columns, tiny.bias_file));
  graph.message(11, value_info("images", tiny.element_type, {tiny.batch, tiny.channels, tiny.height, tiny.width}));
  const std::int64_t rows = tiny.declare_output_shape && !tiny.pairs_slots ? tiny.output_rows : -1;
  graph.message(12, value_info("output", tiny.element_type, {tiny.batch, rows, tiny.output_columns}));
  Message model;
  model.number(1, 8).message(8, Message().number(2, 13)).message(7, graph);
  return model.bytes();
}

}  // namespace lyn::test
