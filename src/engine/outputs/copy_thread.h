#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

#include "core/bounded_queue.h"
#include "core/media.h"
#include "core/result.h"
#include "engine/outputs/output_pause.h"
#include "engine/outputs/pausing_writer.h"
#include "engine/run/tally.h"
#include "stages/encode/packet_writer.h"

namespace lyn {

/// Copies one lane's packets to its video file, on a thread of its own: a slow disk does not hold the camera up.
class CopyThread {
 public:
  struct Setup {
    const char* lane;
    std::unique_ptr<PacketWriter> writer;  ///< null: it begins paused
    Tally& tally;
    /// Of a live camera: how the copy pauses, and begins anew. Null where an error ends the lane.
    struct Pause {
      OutputPause copy;
      std::function<Result<std::unique_ptr<PacketWriter>>(const StreamInfo&)> begin;
      StreamInfo stream;
      std::shared_ptr<AudioInbox> sound;  ///< may be null
    };
    std::unique_ptr<Pause> pause;
    bool live;  ///< a full queue leaves out packets up to the next keyframe instead of pushing back
  };
  explicit CopyThread(Setup setup);
  ~CopyThread();

  /// `offset`: ticks to add to the packet's times.
  void push(const Packet& packet, std::int64_t offset);
  /// The source was opened anew: what is pushed before its next keyframe cannot be decoded.
  void wait_for_key() { waiting_for_key_ = true; }
  /// What is pushed from now on is of another stream, and goes into a new file.
  void change(const StreamInfo& stream);
  /// Writes what is queued, finishes the file, ends the thread. The first error of the thread's life.
  Status finish();
  /// True once writing failed; finish() says why.
  [[nodiscard]] bool failed() const { return failed_.load(std::memory_order_relaxed); }

 private:
  struct Job {
    Packet packet;
    std::int64_t offset = 0;
    std::shared_ptr<const StreamInfo> change = nullptr;  ///< instead of a packet
  };
  /// Compressed pictures: ten seconds of video, some MB.
  static constexpr std::size_t kQueued = 256;
  static constexpr std::size_t kChanges = 4;  ///< room for those beside packets, where the source is live

  void run();
  Status take(const Job& job);
  Status write(const Job& job, PacketWriter& file);
  void drop_sound(const Job& job);

  Setup setup_;
  PausingWriter<PacketWriter> file_;
  BoundedQueue<Job, WhenFull::block> queue_{kQueued};
  bool waiting_for_key_ = false;
  bool told_ = false;
  Status status_;
  std::atomic<bool> failed_{false};
  std::thread thread_;
};

}  // namespace lyn
