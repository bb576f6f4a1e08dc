#include "engine/lane/start_gate.h"

namespace lyn {

bool StartGate::ask(Client& client) {
  std::lock_guard lock(mutex_);
  if (free_ == 0) {
    line_.push_back(&client);
    return false;
  }
  --free_;
  open_.push_back(&client);
  return true;
}

/// The next one is told under the lock: so it cannot leave between being chosen and being told.
void StartGate::done(Client& client) {
  std::lock_guard lock(mutex_);
  std::erase(line_, &client);
  if (std::erase(open_, &client) == 0) return;
  if (line_.empty()) {
    ++free_;
    return;
  }
  open_.push_back(line_.front());
  line_.pop_front();
  open_.back()->on_turn();
}

}  // namespace lyn
