#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "device/device.h"
#include "kernels/element_type.h"
#include "stages/infer/model_card.h"

namespace lyn {

struct TensorShape {
  std::string name;
  std::vector<std::int64_t> dims;  ///< -1: dynamic
  ElementType type = ElementType::float32;
};

/// Who runs the graph: ONNX Runtime's own provider for the device, or TensorRT (on `cuda` only).
enum class InferenceEngine { device, tensorrt };

struct SessionOptions {
  int threads = 0;    ///< of the CPU provider; 0: all cores
  int max_batch = 8;  ///< wanted; clamped to what the graph allows
  InferenceEngine engine = InferenceEngine::device;
  bool fp16 = false;          ///< TensorRT may compute in half precision where that is faster
  std::string engine_home{};  ///< TensorRT: the folder of what outlives a run; engines lie in `engines` below it
  /// On `cuda`: every batch runs padded to the largest, and by kernels that give the same bits each time.
  bool deterministic = false;
};

/// A loaded graph with its input and outputs bound to device memory. A second input `orig_target_sizes`
/// ([N,2], as RT-DETR and D-FINE exports have it) is given the slot's width and height, so that such graphs
/// answer in slot pixels. One thread at a time.
class InferenceSession {
 public:
  virtual ~InferenceSession() = default;
  virtual const TensorShape& input() const = 0;  ///< [N,3,H,W], or [N,H,W,3]
  /// Whether it has an input for the picture's size.
  virtual bool takes_sizes() const { return false; }
  virtual const std::vector<TensorShape>& outputs() const = 0;  ///< leading dimension is the batch
  /// The largest batch it runs: options.max_batch, or what a fixed graph says (1).
  virtual int max_batch() const = 0;
  /// Does ahead what the first run would have to do, and waits for it: on `cuda` the capture of a graph, during which
  /// no other thread may use the device. Call it on the thread that will run batches, before the first.
  virtual Status prepare(Stream& stream) = 0;
  /// Runs `batch` slots that lie one after the other at `input`, in the order of `stream`; results
  /// lie at output_address() until the next run.
  virtual Status run(Stream& stream, ByteAddress input, int batch) = 0;
  virtual ByteAddress output_address(std::size_t index) const = 0;
};

/// ONNX Runtime's CPU provider on the memory of a cpu device. Errors are kind `device` and name the
/// file, the field of the card and what the graph has instead; damaged files, wrong checksums, wrong
/// shapes. The card is checked against the graph before anything runs.
Result<std::unique_ptr<InferenceSession>> make_cpu_session(Device& device, const ModelCard& card,
                                                           const SessionOptions& options);

/// ONNX Runtime's CUDA provider, or with options.engine its TensorRT provider, on the memory of a cuda
/// device, in stream order: a CUDA graph for each of a few sizes of batch (BatchLadder), with TensorRT one of the
/// largest. A model that would put nodes on the CPU is refused with their names. Other errors are those of the CPU
/// session, and a provider library that is not there, with the remedy.
Result<std::unique_ptr<InferenceSession>> make_cuda_session(Device& device, const ModelCard& card,
                                                            const SessionOptions& options);

}  // namespace lyn
