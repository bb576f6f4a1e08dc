#pragma once

#include <chrono>
#include <cstddef>

namespace lyn {

/// When a camera that was lost is tried again. The figures are those that docs/FAULTS.md promises; tests
/// bring others.
struct RetryPolicy {
  using Span = std::chrono::nanoseconds;

  Span first = std::chrono::milliseconds(250);       ///< most wait before the first retry of an outage
  Span early_cap = std::chrono::milliseconds(1500);  ///< most wait in the first part of an outage
  Span early = std::chrono::seconds(60);             ///< how long that part is
  Span cap = std::chrono::seconds(30);               ///< most wait ever
  /// Wait after a refusal that trying again cannot mend (wrong password, no such stream): hammering
  /// locks accounts.
  Span refused = std::chrono::seconds(30);
  /// An attempt gives its first picture within this, or the stall timeout where that is longer. Below the
  /// 5 s in which trouble is to be seen.
  Span answer_within = std::chrono::milliseconds(4500);
  Span longest_patience = std::chrono::seconds(60);
  /// Media come, but no keyframe yet: the wait is the camera's. Above the 30 s after which a source gives up itself.
  Span keyframe_within = std::chrono::seconds(35);
  Span healthy = std::chrono::seconds(60);  ///< of pictures end an outage and a quarantine

  // The breaker.
  std::size_t flap_starts = 6;  ///< so many starts in a row ...
  Span flap_window = std::chrono::minutes(2);
  Span flap_life = std::chrono::seconds(10);  ///< ... that each lived shorter than this
  Span give_up = std::chrono::minutes(10);    ///< without a picture
  Span probe = std::chrono::seconds(60);      ///< from one attempt in quarantine to the next
};

}  // namespace lyn
