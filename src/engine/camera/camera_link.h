#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/clock.h"
#include "core/media.h"
#include "core/result.h"
#include "engine/camera/change_log.h"
#include "engine/camera/supervisor.h"
#include "engine/intake/attempts.h"
#include "engine/run/retry_policy.h"
#include "engine/run/tally.h"

namespace lyn {

/// A live camera as its lane sees it: does to the attempts what the Supervisor orders, says which packets to
/// use, and tells people (log and summary) what the camera is doing. On the lane's thread.
class CameraLink {
 public:
  CameraLink(const std::string& camera, const RetryPolicy& policy, std::chrono::milliseconds stall_timeout,
             Attempts& attempts, Tally& tally, const Clock& clock);

  void start();
  /// Ends every attempt; after that nothing is tried any more.
  void end();

  /// What to do with a packet.
  enum class Use {
    stale,  ///< throw it away: its attempt was given up
    first,  ///< use it, and all that come after it: another connection
    next,
  };
  Use use_of(const PacketArrived& event);
  /// Of the attempt in use, or of the last one that was.
  [[nodiscard]] const StreamInfo& stream() const { return source_.stream; }
  [[nodiscard]] const std::optional<AudioInfo>& audio() const { return source_.audio; }
  [[nodiscard]] int in_use() const { return in_use_; }  ///< attempt; 0: none
  [[nodiscard]] bool uses(int attempt) const { return attempt == in_use_; }

  void media_seen(int attempt) { supervisor_.media_seen(attempt); }
  void opened(SourceOpened& event);
  void failed(int attempt, const Error& error);
  /// There is no room for the camera.
  void refuse(int attempt, const Error& error);
  /// Does what is due.
  void tick();
  /// When tick() has something to do.
  [[nodiscard]] std::optional<Clock::Monotonic> deadline() const { return supervisor_.deadline(); }
  /// True once after the connection in use was lost or given up.
  bool take_lost() { return std::exchange(lost_, false); }
  /// While it runs it is overloaded, for this cause; empty: no more.
  void overloaded(const std::string& cause);
  /// Nothing is open: it waits before it tries again.
  [[nodiscard]] bool waits() const;

 private:
  void fail(int attempt, const Supervisor::Failure& failure);
  void obey();
  void tell(const Supervisor::Change& change);
  void tally_running();

  const std::string& camera_;
  Attempts& attempts_;
  Tally& tally_;
  const Clock& clock_;
  Supervisor supervisor_;
  ChangeLog change_log_;
  std::map<int, SourceOpened> opened_;  ///< of attempts that opened and gave no picture yet
  SourceOpened source_;
  int in_use_ = 0;        ///< attempt; 0: none
  std::string overload_;  ///< cause; empty: none
  bool used_one_ = false;
  bool lost_ = false;
};

/// Whether trying again soon is useless or does harm: the camera answered, and will say the same again.
bool is_refusal(SourceFault fault);

}  // namespace lyn
