#include <iterator>

#include "device/cuda/witness_tally.h"

namespace lyn::cupti {
namespace {

/// DESIGN 8: all but the bitstream is at most 8 KB a frame; it holds for what libraries bring back too.
constexpr std::uint64_t kLibraryBytesPerFrame = 8192;

const CallerReport& find(const WitnessReport& report, const char* name) {
  static const CallerReport kNothing;
  const auto found = report.callers.find(name);
  return found == report.callers.end() ? kNothing : found->second;
}

std::string bytes_text(std::uint64_t bytes) {
  return std::to_string(bytes) + " bytes";
}

/// "3 x 128 bytes by cuMemcpyDtoHAsync_v2, device to pinned", for the copies of one direction.
std::string explain(const CallerReport& caller, bool out) {
  std::string text;
  for (const SeenCopy& seen : caller.seen) {
    if (seen.out != out) continue;
    text += (text.empty() ? " (" : "; ") + std::to_string(seen.copies) + " x " + bytes_text(seen.bytes);
    if (*seen.function != '\0') text += std::string(" by ") + seen.function;
    text += std::string(", ") + seen.from + " to " + seen.to + (seen.in_graph ? ", in a graph" : "");
  }
  return text.empty() ? text : text + ")";
}

std::string differs(const char* way, std::uint64_t ledger, const CallerReport& seen, bool out) {
  const std::uint64_t saw = (out ? seen.out : seen.in).bytes;
  return std::string(way) + ": the ledger counts " + bytes_text(ledger) + ", CUPTI saw " + bytes_text(saw) +
         explain(seen, out);
}

std::string outside(const char* who, const char* way, const CopyCount& count, const CallerReport& seen, bool out) {
  return std::string(way) + ": " + bytes_text(count.bytes) + " in " + std::to_string(count.copies) + " copies that " +
         who + explain(seen, out);
}

constexpr const char* kOut = "device to host";
constexpr const char* kIn = "host to device";

void judge_libraries(const WitnessReport& report, std::uint64_t frames, std::vector<Disagreement>& found) {
  for (unsigned i = 0; i < static_cast<unsigned>(Caller::count_); ++i) {
    if (!is_library(static_cast<Caller>(i))) continue;
    const char* name = name_of(static_cast<Caller>(i));
    const CallerReport& library = find(report, name);
    if (library.out_after_warmup.bytes <= kLibraryBytesPerFrame * frames + report.others_out) continue;
    const std::string who =
        std::string(name) + " made after warm-up, over 8192 bytes a frame for " + std::to_string(frames) + " frames";
    found.push_back({outside(who.c_str(), kOut, library.out_after_warmup, library, true), false});
  }
}

}  // namespace

std::vector<Disagreement> judge(const WitnessReport& report, std::uint64_t frames) {
  std::vector<Disagreement> found;
  if (report.dropped > 0) {
    found.push_back({"CUPTI lost " + std::to_string(report.dropped) + " records, so nothing is proven", false});
  }
  const CallerReport& ours = find(report, name_of(Caller::ledger));
  if (ours.out.bytes != report.ledger_out) found.push_back({differs(kOut, report.ledger_out, ours, true), false});
  if (ours.in.bytes != report.ledger_in) found.push_back({differs(kIn, report.ledger_in, ours, false), false});
  for (const Caller other : {Caller::stranger, Caller::device, Caller::pool, Caller::staging}) {
    const CallerReport& seen = find(report, name_of(other));
    constexpr const char* kWho = "the ledger does not know";
    // Only a stranger's copies were violations when they were made.
    const bool reported = other == Caller::stranger;
    if (seen.out.copies > 0) found.push_back({outside(kWho, kOut, seen.out, seen, true), reported});
    if (seen.in.copies > 0) found.push_back({outside(kWho, kIn, seen.in, seen, false), reported});
  }
  const CallerReport& unknown = find(report, "unattributed");
  constexpr const char* kNobody = "no call was seen to ask for after warm-up";
  if (unknown.out_after_warmup.copies > 0) {
    found.push_back({outside(kNobody, kOut, unknown.out_after_warmup, unknown, true), false});
  }
  // A decoder's library may bring its bitstream in by calls that CUPTI does not report.
  if (unknown.in_after_warmup.bytes > report.others_in) {
    const std::string who = std::string(kNobody) + ", more than the " + bytes_text(report.others_in) + " of bitstream";
    found.push_back({outside(who.c_str(), kIn, unknown.in_after_warmup, unknown, false), false});
  }
  judge_libraries(report, frames, found);
  return found;
}

}  // namespace lyn::cupti
