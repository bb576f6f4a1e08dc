#pragma once

#include <onnxruntime_cxx_api.h>

#include <functional>
#include <memory>

#include "stages/infer/bound_session.h"

namespace lyn {

/// The stream that ONNX Runtime is told at load. A base of its own, so that it outlives the session:
/// its destructor still synchronises it.
struct OwnStream {
  std::unique_ptr<Stream> stream;
};

/// A session that works on a stream of its own; events order it with the caller's. What the sessions of
/// all of ONNX Runtime's providers for a GPU share.
class OrderedSession : protected OwnStream, public BoundSession {
 public:
  OrderedSession(Device& device, std::string onnx, Ort::Session session, TensorPlace place, std::unique_ptr<Stream> own)
      : OwnStream{std::move(own)}, BoundSession(device, std::move(onnx), std::move(session), std::move(place)) {}

 protected:
  /// Runs the binding after all that `caller` was given so far, and `caller` goes on after it.
  Status run_in_order(Stream& caller, Binding& binding);
};

/// Runs one CUDA graph, of the largest batch, on memory of its own: slots are copied there within the device, and what
/// lies behind them is computed and not looked at. One graph and no other run beside it, since a captured copy from
/// host memory reads at each replay what lies there then, and ONNX Runtime 1.29 gives that memory to the session's next
/// run (its pull request 32121).
class GraphSession : public OrderedSession {
 public:
  using OrderedSession::OrderedSession;
  ~GraphSession() override;
  /// See BoundSession::open().
  Status open_input(Graph graph, int wanted_batch);
  Status prepare(Stream& caller) override;
  /// Error `device` also for a batch that is not within 1..max_batch().
  Status run(Stream& caller, ByteAddress input, int batch) override;

 private:
  /// Runs `full` until the provider replays it as a graph.
  virtual Status capture(Stream& caller, Binding& full) = 0;

  std::size_t slot_bytes_ = 0;
  Buffer input_;
  Binding* full_ = nullptr;
};

/// How ONNX Runtime reaches memory of GPU `ordinal`.
TensorPlace gpu_memory(int ordinal);

/// What the graph takes and gives, read without preparing it to run. Errors are those of check_graph().
Result<Graph> read_graph(Ort::Env& env, const ModelCard& card);

/// How many slots run at once: `wanted`, or 1 where the graph says so.
int batch_of(const Graph& graph, int wanted);

/// What every session on a GPU asks for: no threads of its own, no spinning and, with `strict`, no node on
/// the CPU; with `deterministic`, kernels that give the same bits each time. The graph is told the one size of batch
/// that it will see: what it computes from that (shapes, grids) is then known at load, and needs no node on the CPU.
Ort::SessionOptions gpu_session_options(const Graph& graph, int batch, bool strict, bool deterministic);

/// What to say when a strict session could not be loaded: nodes that would run on the CPU are named, as
/// loading once more with `lenient` options tells them; other errors stay, in ONNX Runtime's words.
Error explain_refusal(Ort::Env& env, const ModelCard& card, Error error, const std::string& provider,
                      const std::function<Ort::SessionOptions()>& lenient);

}  // namespace lyn
