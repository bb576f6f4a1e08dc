#include "stages/infer/batch_ladder.h"

#include <algorithm>
#include <utility>

namespace lyn {
namespace {

constexpr int kFirstStep = 4;

}  // namespace

std::vector<int> ladder_sizes(int largest) {
  std::vector<int> sizes;
  if (largest > 1) sizes.push_back(1);
  for (int size = kFirstStep; size < largest; size *= 2) sizes.push_back(size);
  sizes.push_back(largest);
  return sizes;
}

BatchLadder::BatchLadder(std::vector<std::unique_ptr<InferenceSession>> rungs)
    : rungs_(std::move(rungs)), last_(rungs_.back().get()) {}

Status BatchLadder::prepare(Stream& stream) {
  for (const auto& rung : rungs_) LYN_CHECK(rung->prepare(stream));
  return {};
}

Status BatchLadder::run(Stream& stream, ByteAddress input, int batch) {
  const auto fits = [&](const auto& rung) { return rung->max_batch() >= batch; };
  const auto found = std::ranges::find_if(rungs_, fits);
  // A batch that none takes is the largest's to refuse, in its own words.
  last_ = found == rungs_.end() ? rungs_.back().get() : found->get();
  return last_->run(stream, input, batch);
}

}  // namespace lyn
