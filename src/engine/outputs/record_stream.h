#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "config/config.h"
#include "core/clock.h"
#include "engine/camera/camera_link.h"
#include "engine/camera/line_anchor.h"
#include "engine/camera/second_line.h"
#include "engine/intake/attempts.h"
#include "engine/intake/inbox.h"
#include "engine/outputs/lane_outputs.h"
#include "engine/run/tally.h"

namespace lyn {

/// The stream of a camera that is recorded while another one is looked at (`streams.record`): its packets and its
/// sound, copied as they come, with times of the camera's one line. Supervised like the other: what is lost is tried
/// again, and neither waits for the other. Of a file: its packets, its times as they stand. A thread of its own.
///
/// Its accounting closes: its frames_in are in the video, or in `dropped`, or in `video_dropped`, or left out while the
/// output paused.
class RecordStream {
 public:
  struct Setup {
    CameraConfig camera;  ///< whole; of its outputs the video alone is taken
    std::size_t camera_number;
    bool again;  ///< as of LaneOutputs
    bool live;   ///< a camera; else a file
    const RunOptions& options;
    const Backend& backend;
    Device& device;
    RecordFiles& records;
    const StageSet& stages;
    LineAnchor& anchor;
    const Clock& clock;
    /// Called on its thread when the video cannot be written.
    std::function<void(const Error& error)> on_failed;
  };
  explicit RecordStream(Setup setup);
  ~RecordStream();

  void start();
  /// Asks it to end, from any thread.
  void stop();
  /// Waits for its end, the video finished; the first error.
  Status join();
  [[nodiscard]] CameraSummary summary() const { return tally_.summary(); }

 private:
  /// Packets that wait for their place on the line, at most: more than come in the time that reports get.
  static constexpr std::size_t kMostWaiting = 512;

  void run();
  Status loop();
  Status finish();
  Status handle(MediaSeen& event);
  Status handle(SourceOpened& event);
  Status handle(PacketArrived& event);
  Status handle(SoundArrived& event);
  Status handle(SourceEnded& event);
  Status handle(SourceFailed& event);
  Status handle(StopRequested& event);
  template <class Other>
  Status handle(Other&) {
    return {};
  }
  Status use_connection();
  Status place(PacketArrived& event);
  void tell_place();
  Status release();
  Status write(Packet packet);
  Status end_connection();
  void forget_oldest();
  [[nodiscard]] LaneOutputs::Setup outputs_setup();

  Setup setup_;
  const std::string name_;  ///< "gate/record": as log and summary name it
  const std::vector<std::string> no_labels_;
  std::shared_ptr<LaneInbox> inbox_;
  Tally tally_;
  Attempts attempts_;
  std::optional<CameraLink> camera_;  ///< of a camera
  SecondLine line_;
  StreamInfo coding_;
  std::unique_ptr<LaneOutputs> outputs_;
  std::deque<PacketArrived> waiting_;
  bool waits_for_key_ = true;
  bool waits_for_start_ = false;  ///< what came is from before the line's, up to the next keyframe
  SecondLine::By told_by_ = SecondLine::By::nothing;
  bool told_of_sound_ = false;  ///< that the source leaves it out
  std::optional<std::int64_t> last_dts_;
  bool done_ = false;
  Status status_;
  std::thread thread_;
};

}  // namespace lyn
