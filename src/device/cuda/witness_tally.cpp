#include "device/cuda/witness_tally.h"

#include <algorithm>

namespace lyn::cupti {

void WitnessTally::copied(const Copy& copy, const std::optional<Call>& call, bool warm) {
  if (copy.way == Way::within) return;
  CallerReport& caller = call ? of(call->caller) : callers_.at(kUnattributed);
  const bool in = copy.way == Way::in;
  (in ? caller.in : caller.out).add(copy.bytes);
  if (!in && warm) caller.out_after_warmup.add(copy.bytes);
  if (in && warm) caller.in_after_warmup.add(copy.bytes);
  if (copy.in_graph) ++caller.in_graphs;
  remember(caller, copy, call ? call->function : "");
}

void WitnessTally::remember(CallerReport& caller, const Copy& copy, const char* function) {
  const SeenCopy now{copy.way != Way::in,  copy.bytes,   1, function, name_of(copy.source),
                     name_of(copy.target), copy.in_graph};
  const auto same = [&](const SeenCopy& seen) {
    return seen.out == now.out && seen.bytes == now.bytes && seen.function == now.function && seen.from == now.from &&
           seen.to == now.to && seen.in_graph == now.in_graph;
  };
  const auto known = std::ranges::find_if(caller.seen, same);
  if (known != caller.seen.end()) {
    ++known->copies;
  } else if (caller.seen.size() < kKindsKept) {
    caller.seen.push_back(now);
  }
}

void WitnessTally::records(std::uint64_t read, std::uint64_t dropped) {
  records_ += read;
  dropped_ += dropped;
}

void WitnessTally::fill(WitnessReport& report) const {
  report.records = records_;
  report.dropped = dropped_;
  for (std::size_t i = 0; i <= kUnattributed; ++i) {
    if (callers_.at(i).idle()) continue;
    report.callers[i == kUnattributed ? "unattributed" : name_of(static_cast<Caller>(i))] = callers_.at(i);
  }
}

}  // namespace lyn::cupti
