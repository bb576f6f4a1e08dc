#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lyn {

/// Who gets the next slot where more ask than there are slots: start-time fair queueing (Goyal, Vin, Cheng, SIGCOMM
/// 1996) with slots for packets. Each slot that a client takes moves it 1/weight on a line of virtual time, and of
/// those that wait the one that is least far goes first. So a camera of 5 frames a second gets all of them beside one
/// of 60 as long as its share is that large, nobody waits for ever, and who asked for nothing has nothing saved up.
///
/// `Client`: what tells clients apart. Decides only: no lock, no thread.
template <class Client>
class SlotShares {
 public:
  /// Whether the client takes one of `free` slots now; if not it waits. It never takes one that somebody waits for who
  /// is due before it. `weight`: above 0.
  bool take(Client* client, double weight, std::size_t free) {
    Entry& asking = entry_of(client);
    if (!asking.waits) {
      if (asking.at < now_) asking.at = now_;
      asking.order = ++last_order_;
    }
    asking.told = false;
    std::size_t before = 0;
    for (const Entry& other : entries_) before += other.waits && other.before(asking) ? 1U : 0U;
    asking.waits = free <= before;
    if (asking.waits) return false;
    if (asking.at > now_) now_ = asking.at;
    asking.at += 1 / weight;
    return true;
  }

  /// Calls `tell` for the waiting clients that `free` slots are enough for, once each until they have asked again.
  template <class Tell>
  void tell_due(std::size_t free, Tell tell) {
    for (Entry& one : entries_) {
      if (!one.waits || one.told) continue;
      std::size_t before = 0;
      for (const Entry& other : entries_) before += other.waits && other.before(one) ? 1U : 0U;
      if (before >= free) continue;
      one.told = true;
      tell(*one.client);
    }
  }

  void remove(const Client* client) {
    std::erase_if(entries_, [=](const Entry& entry) { return entry.client == client; });
  }

 private:
  struct Entry {
    Client* client = nullptr;
    double at = 0;            ///< virtual time of its next slot
    std::uint64_t order = 0;  ///< who asked first, where two are equally far
    bool waits = false;
    bool told = false;

    [[nodiscard]] bool before(const Entry& other) const {
      if (client == other.client) return false;
      return at != other.at ? at < other.at : order < other.order;
    }
  };

  Entry& entry_of(Client* client) {
    for (Entry& entry : entries_) {
      if (entry.client == client) return entry;
    }
    return entries_.emplace_back(Entry{client});
  }

  std::vector<Entry> entries_;
  double now_ = 0;  ///< of the newest slot that was given
  std::uint64_t last_order_ = 0;
};

}  // namespace lyn
