#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "core/histogram.h"
#include "engine/run/summary.h"

namespace lyn {

/// One camera's counters. Written by its lane, read by anyone; the lock is held for single updates.
class Tally {
 public:
  Tally(std::string camera, std::string device) {
    summary_.name = std::move(camera);
    summary_.device = std::move(device);
  }

  void packet() {
    update([](CameraSummary& s) { ++s.frames_in; });
  }
  void decoded(bool damaged) {
    update([=](CameraSummary& s) {
      ++s.frames_decoded;
      if (damaged) ++s.damaged;
    });
  }
  void processed(std::chrono::nanoseconds latency) {
    update([](CameraSummary& s) { ++s.frames_processed; });
    latency_.add(latency);
  }
  void skipped(const char* reason) {
    update([=](CameraSummary& s) { ++s.skipped[reason]; });
  }
  void dropped(const char* reason, std::uint64_t count) {
    if (count > 0) update([=](CameraSummary& s) { s.dropped[reason] += count; });
  }
  /// A picture that a live lane's video had no time for; the frame itself was processed.
  void video_dropped() {
    update([](CameraSummary& s) { ++s.video_dropped; });
  }
  void snapshot() {
    update([](CameraSummary& s) { ++s.snapshots; });
  }
  /// Packets that never reached the decoder: they count as come, too.
  void dropped_packets(const char* reason, std::uint64_t count) {
    if (count == 0) return;
    update([=](CameraSummary& s) {
      s.frames_in += count;
      s.dropped[reason] += count;
    });
  }
  void output_paused(const std::string& name, const std::string& cause) {
    update([&](CameraSummary& s) {
      OutputTrouble& output = s.outputs[name];
      output.cause = cause;
      ++output.pauses;
    });
  }
  void output_resumed(const std::string& name) {
    update([&](CameraSummary& s) { s.outputs[name].cause.clear(); });
  }
  void output_left_out(const std::string& name) {
    update([&](CameraSummary& s) { ++s.outputs[name].left_out; });
  }
  void reconnected() {
    update([](CameraSummary& s) { ++s.reconnects; });
  }
  void placed_by(const char* what) {
    update([=](CameraSummary& s) { s.placed_by = what; });
  }
  /// What it does now, and why where that is trouble.
  void state(const char* name, const std::string& cause = {}) {
    update([&](CameraSummary& s) {
      s.state = name;
      s.cause = cause;
      ++s.states[name];
    });
  }
  /// The state goes on for another cause.
  void cause(const std::string& cause) {
    update([&](CameraSummary& s) { s.cause = cause; });
  }
  /// What is wrong with its picture, or no longer.
  void condition(std::string_view name, bool holds) {
    update([&](CameraSummary& s) {
      holds ? static_cast<void>(s.conditions.emplace(name)) : static_cast<void>(s.conditions.erase(std::string(name)));
      if (holds) ++s.condition_counts[std::string(name)];
    });
  }
  [[nodiscard]] CameraSummary summary() const;

 private:
  template <class Change>
  void update(Change change) {
    std::lock_guard lock(mutex_);
    change(summary_);
  }

  mutable std::mutex mutex_;
  CameraSummary summary_;
  Histogram latency_;
};

}  // namespace lyn
