#pragma once

#include <memory>
#include <vector>

#include "stages/infer/session.h"

namespace lyn {

/// The sizes of batch that get a session of their own where each session runs one size only: 1, 4, 8, 16, … below
/// `largest`, and `largest`. From three frames on, a batch computes less than twice what it needs; a session for two
/// would save little, and each takes its time to load.
std::vector<int> ladder_sizes(int largest);

/// Sessions of one graph, each with a batch of its own size; a batch runs on the smallest that takes it.
class BatchLadder final : public InferenceSession {
 public:
  /// `rungs`: one or more, from the smallest max_batch() to the largest, all of the same graph and device.
  explicit BatchLadder(std::vector<std::unique_ptr<InferenceSession>> rungs);

  const TensorShape& input() const override { return largest().input(); }
  bool takes_sizes() const override { return largest().takes_sizes(); }
  const std::vector<TensorShape>& outputs() const override { return largest().outputs(); }
  int max_batch() const override { return largest().max_batch(); }
  Status prepare(Stream& stream) override;
  /// Error `device` for a batch that is not within 1..max_batch().
  Status run(Stream& stream, ByteAddress input, int batch) override;
  ByteAddress output_address(std::size_t index) const override { return last_->output_address(index); }

 private:
  [[nodiscard]] const InferenceSession& largest() const { return *rungs_.back(); }

  std::vector<std::unique_ptr<InferenceSession>> rungs_;
  InferenceSession* last_;  ///< whose outputs hold the last results
};

}  // namespace lyn
