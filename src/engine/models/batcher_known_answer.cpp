#include "engine/models/batcher.h"
#include "engine/models/slot_group.h"

namespace lyn {

/// With the lock held. A batch of a file has no room for it: two runs of one file make the same batches.
bool Batcher::must_ask_alone() const {
  if (!known_ || stopped_ || !known_->due()) return false;
  return clock_.now() >= known_->alone_at() || (!full_.empty() && !full_.front()->group->live);
}

/// With the lock held: the known picture goes with a batch that has an empty slot, once its time has come.
bool Batcher::asks_with(const Batch& batch) const {
  return known_ && batch.group->live && batch.submitted < size_ && known_->due();
}

Status Batcher::run_model(const Batch& batch, bool asks) {
  const int frames = batch.submitted;
  if (asks) LYN_CHECK(known_->put(*stream_, batch.slot(slot_bytes_, frames)));
  LYN_CHECK(session_->run(*stream_, batch.memory.address(), frames + (asks ? 1 : 0)));
  LYN_CHECK(head_->run(*stream_, *session_, frames));
  LYN_CHECK(head_->finish(*stream_, frames));
  if (asks) known_->judge(*stream_, *session_, frames);
  return {};
}

}  // namespace lyn
