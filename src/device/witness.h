#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "device/ledger.h"

namespace lyn {

/// Copies that a witness saw, and the bytes that they moved.
struct CopyCount {
  std::uint64_t copies = 0;
  std::uint64_t bytes = 0;
  void add(std::uint64_t more) {
    ++copies;
    bytes += more;
  }
  bool operator==(const CopyCount&) const = default;
};

/// Copies that look the same: what a disagreement is explained with.
struct SeenCopy {
  bool out = false;
  std::uint64_t bytes = 0;  ///< of one copy
  std::uint64_t copies = 0;
  const char* function = "";  ///< that asked for it; "" when no call was seen
  const char* from = "";      ///< "device"
  const char* to = "";        ///< "pinned"
  bool in_graph = false;
};

/// What one caller (caller.h, by name) did, as seen from outside of it.
struct CallerReport {
  CopyCount out;                     ///< device to host, the whole run
  CopyCount in;                      ///< host to device, the whole run
  CopyCount out_after_warmup;        ///< of `out`
  CopyCount in_after_warmup;         ///< of `in`
  CopyCount host_memory;             ///< page-locked, mapped or managed host memory taken; `copies` counts calls
  CopyCount device_memory;           ///< device memory taken after warm-up, likewise
  std::uint64_t in_graphs = 0;       ///< of the copies, those that are nodes of a captured graph
  std::uint64_t default_stream = 0;  ///< kernels launched on a default stream
  std::vector<SeenCopy> seen;        ///< the first kinds of copies, a few
  [[nodiscard]] bool idle() const {
    return out.copies + in.copies + host_memory.copies + device_memory.copies + default_stream == 0;
  }
};

/// What the GPU's own link counters say, beside the ledger: device-wide, other processes included.
struct LinkReport {
  std::string absent;  ///< why there is none; empty: the figures hold
  std::uint64_t out_bytes = 0;
  std::uint64_t in_bytes = 0;
  double seconds = 0;
};

/// A witness's account of a run, and whether it agrees with the ledger.
struct WitnessReport {
  std::string name;     ///< "cupti"
  std::string version;  ///< of the library behind it
  std::string absent;   ///< why it saw nothing; empty: it watched
  bool warm = false;    ///< the run reached the end of warm-up, so that what holds after it was judged
  std::uint64_t records = 0;
  std::uint64_t dropped = 0;                    ///< records that were lost: then nothing is proven
  std::map<std::string, CallerReport> callers;  ///< by name_of(Caller); "unattributed": no call was seen
  std::uint64_t ledger_out = 0;                 ///< what the ledger says that the device copied
  std::uint64_t ledger_in = 0;                  ///< the same inward, so less the bitstream
  std::uint64_t others_out = 0;                 ///< what it says that codecs moved by their own means
  std::uint64_t others_in = 0;
  std::vector<std::string> disagreements;  ///< a sentence each; empty: it agrees
  LinkReport link;
};

/// Watches a device from outside of this program's own accounting: it knows what the driver and the GPU
/// did, not what we believe. Opened before the device, so that it misses nothing.
///
/// What breaks a promise at once (a copy that the ledger does not know, host memory that nobody may
/// take, a kernel on the default stream, device memory after warm-up) goes to the ViolationLog on the
/// thread that does it; what only sums show, in finish().
class Witness {
 public:
  virtual ~Witness() = default;
  /// From here on no device memory may be taken. Any thread.
  virtual void mark_warm() = 0;
  /// Until the next mark_warm() device memory may be taken again: a camera came back changed. What was copied
  /// is still judged as after warm-up. Any thread.
  virtual void mark_cold() = 0;
  /// Stops watching and compares with the ledger; disagreements are reported as violations too. Call
  /// it once no copy is running or will be asked for. `frames` sets the libraries' budget.
  virtual WitnessReport finish(const TransferLedger& ledger, std::uint64_t frames) = 0;
};

}  // namespace lyn
