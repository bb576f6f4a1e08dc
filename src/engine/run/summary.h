#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/histogram.h"
#include "core/stage_stats.h"
#include "device/device.h"
#include "device/ledger.h"
#include "device/pool.h"
#include "device/witness.h"

namespace lyn {

/// An output of a live camera that paused.
struct OutputTrouble {
  std::string cause;  ///< why it is paused now; empty while it is not
  std::uint64_t pauses = 0;
  std::uint64_t left_out = 0;  ///< frames that are not in it
};

/// What one camera did in a run. Accounting closes: frames_in = frames_decoded + dropped;
/// frames_decoded = frames_processed + skipped.
struct CameraSummary {
  std::string name;
  std::string device;                           ///< where it runs: "cuda:1"; empty while it is disabled
  std::string state = "connecting";             ///< a CameraState's name; files: connecting | running | ended | failed
  std::string cause;                            ///< of a state that is trouble, in words
  std::map<std::string, std::uint64_t> states;  ///< how often each was entered
  std::uint64_t frames_in = 0;
  std::uint64_t frames_decoded = 0;
  std::uint64_t frames_processed = 0;
  std::map<std::string, std::uint64_t> dropped;
  std::map<std::string, std::uint64_t> skipped;
  std::uint64_t damaged = 0;
  std::uint64_t reconnects = 0;
  std::string placed_by;  ///< of a stream that is recorded apart: "reports", "arrival"; empty: not yet, or a file
  std::uint64_t video_dropped = 0;                        ///< pictures that the video file of a live source left out
  std::uint64_t snapshots = 0;                            ///< pictures written as files of their own
  std::map<std::string, OutputTrouble> outputs;           ///< by name, those that paused at least once
  std::set<std::string> conditions;                       ///< that hold: "frozen", "black", "covered", "moved"
  std::map<std::string, std::uint64_t> condition_counts;  ///< how often each came to hold
  std::shared_ptr<const CameraSummary> record;            ///< of a stream that is recorded apart; else null
  double latency_p50_ms = 0;
  double latency_p95_ms = 0;
  double latency_p99_ms = 0;
};

/// How often models were asked about the picture whose answer is known.
struct KnownAnswers {
  std::uint64_t asked = 0;
  std::uint64_t wrong = 0;
  bool wrong_now = false;  ///< the latest answer of some model

  void add(const KnownAnswers& more);
};

/// Whether a device's clocks were held down (heat, power), as the device says.
struct Throttling {
  bool told = false;                             ///< it does say
  bool now = false;                              ///< for some seconds, and still
  std::map<std::string, std::uint64_t> seconds;  ///< how long, by reason; reasons can hold together

  void add(const Throttling& more);
};

/// What one of a run's devices did.
struct DeviceSummary {
  std::string name;
  bool lost = false;  ///< it stopped working
  KnownAnswers known_answers;
  Throttling throttling;
  std::uint64_t host_pixel_bytes = 0;
  PoolStats memory;
};

/// What a run did, as `--json` and `--summary` print it. Keys are only ever added.
struct RunSummary {
  std::string device;     ///< all of them: "cuda:0,1"
  std::string residency;  ///< "boundary" on cpu, "hardware" on cuda
  double seconds = 0;
  double cpu_seconds = 0;
  std::vector<CameraSummary> cameras;
  std::vector<CameraSummary> gone;  ///< those that a reload ended
  std::map<std::string, std::uint64_t> transfers_in;
  std::map<std::string, std::uint64_t> transfers_out;
  std::uint64_t host_pixel_bytes = 0;
  PoolStats memory;            ///< of all devices
  KnownAnswers known_answers;  ///< likewise
  Throttling throttling;       ///< likewise
  std::vector<DeviceSummary> devices;
  std::vector<StageSummary> stages;
  std::uint64_t violations = 0;
  bool witnessed = false;                ///< this kind of device can be watched from outside
  std::optional<WitnessReport> witness;  ///< once the run is over, where somebody watched

  /// Of all cameras, those that are gone too.
  [[nodiscard]] std::uint64_t frames_decoded() const;
  /// Adds a device, with what it moved and holds.
  void add_device(Device& from, DeviceSummary one);
  /// One JSON object, no line breaks.
  [[nodiscard]] std::string json() const;
  /// The same for a person: a few lines of text.
  [[nodiscard]] std::string text() const;
};

}  // namespace lyn
