#pragma once

#include <cstddef>
#include <deque>
#include <mutex>

namespace lyn {

/// Whose decoder may open now. Opening one holds the device up for all (on `cuda` tens of milliseconds
/// under the context's lock), so cameras that start together take turns, first come first served.
/// Nobody waits here: who has no turn yet goes on with other work until it is told.
class StartGate {
 public:
  class Client {
   public:
    virtual ~Client() = default;
    /// It is this client's turn. Comes on the thread of whoever gave its own turn back; must not block.
    virtual void on_turn() = 0;
  };

  /// `at_once`: so many have their turn at a time, at least 1.
  explicit StartGate(std::size_t at_once) : free_(at_once) {}

  /// True: it is the client's turn at once. False: it stands in line, and on_turn() comes.
  bool ask(Client& client);
  /// Gives the turn back, or the place in line; nothing when the client has neither. No on_turn()
  /// comes after this returns.
  void done(Client& client);

 private:
  std::mutex mutex_;
  std::size_t free_;
  std::deque<Client*> open_;  ///< whose turn it is
  std::deque<Client*> line_;
};

}  // namespace lyn
