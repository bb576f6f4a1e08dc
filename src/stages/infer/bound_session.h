#pragma once

#include <onnxruntime_cxx_api.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "stages/infer/graph.h"
#include "stages/infer/session.h"

namespace lyn {

/// How ONNX Runtime reaches device memory: its name for the place, and its pointer for an address.
struct TensorPlace {
  Ort::MemoryInfo info;
  void* (*pointer)(ByteAddress address);
};

/// A session whose tensors lie in device memory, bound once for each slot address and batch size.
/// Backends derive from it and say how a bound batch runs.
class BoundSession : public InferenceSession {
 public:
  BoundSession(Device& device, std::string file, Ort::Session session, TensorPlace place);

  /// Learns the outputs' sizes and leases their memory. Call it once, before anything else.
  Status open(Graph graph, int wanted_batch);

  const TensorShape& input() const override { return input_; }
  const std::vector<TensorShape>& outputs() const override { return output_shapes_; }
  bool takes_sizes() const override { return sizes_.has_value(); }
  int max_batch() const override { return max_batch_; }
  ByteAddress output_address(std::size_t index) const override { return outputs_[index].memory.address(); }

 protected:
  struct Binding {
    ByteAddress input;
    int batch = 0;
    Ort::IoBinding io;
    Ort::RunOptions options;
  };

  /// What every run of a new binding says to ONNX Runtime.
  virtual void set_options(Ort::RunOptions& /*options*/) const {}

  /// The binding of this address and batch size, made when it is new. Error `device` for a batch that
  /// the graph does not take.
  Result<Binding*> bound(ByteAddress input, int batch);
  Status run_bound(Binding& binding);
  /// Leaves the session and its bindings in memory, for good: its device will never work again.
  void abandon();
  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] Device& device() const { return device_; }

 private:
  struct Tensor {
    TensorShape shape;
    Buffer memory;
  };

  Status fill_sizes(const TensorShape& shape, const TensorShape& input);
  void bind_inputs(Ort::IoBinding& io, const TensorShape& shape, ByteAddress input, int batch) const;

  Result<std::vector<TensorShape>> measure_outputs(const Graph& graph);
  std::vector<TensorShape> probe(const Graph& graph, ByteAddress input);
  Binding bind(ByteAddress input, int batch);
  [[nodiscard]] Ort::Value tensor(ByteAddress memory, const TensorShape& shape, int batch) const;

  Device& device_;
  std::string file_;
  Ort::Session session_;
  TensorPlace place_;
  TensorShape input_;
  std::vector<TensorShape> output_shapes_;
  std::optional<Tensor> sizes_;  ///< filled once: every slot is of one size
  std::vector<Tensor> outputs_;
  std::vector<std::unique_ptr<Binding>> bindings_;
  int max_batch_ = 1;
};

}  // namespace lyn
