#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/clock.h"
#include "core/findings.h"
#include "core/result.h"
#include "device/device.h"
#include "engine/models/known_answer.h"
#include "engine/run/run_options.h"
#include "engine/run/stage_set.h"
#include "stages/infer/head.h"
#include "stages/infer/session.h"

namespace lyn {

/// Who uses batch slots: a lane. All calls come on the batcher's thread and must not block.
class SlotClient {
 public:
  virtual ~SlotClient() = default;
  /// What was found in the frame submitted with `ticket`, in slot pixels; the views end with the call.
  virtual void on_found(std::size_t ticket, const Findings& found) = 0;
  /// A slot that acquire() could not give may be there now.
  virtual void on_slot_free() = 0;
  virtual void on_inference_failed(const Error& error) = 0;
  /// Its share of the slots beside the others' where there are not enough; above 0. Any thread.
  [[nodiscard]] virtual double weight() const { return 1; }
};

struct BatcherOptions {
  int size = 8;                            ///< largest batch; clamped to what the session runs
  std::chrono::milliseconds deadline{20};  ///< how long a frame of a live source may wait for company
  Tap tap;                                 ///< called with the batch's first slot as a grey picture
  /// The model runs on two full batches of nothing before frames come: then service_time() is known from the start.
  bool rehearse = false;
};

/// Where slots come from. Frames of files batch per lane, by frame number alone, so that two runs
/// make the same batches; frames of live sources share one group and close by deadline.
struct SlotGroup;

/// What the model takes, as measured: running means.
struct ServiceTime {
  std::chrono::nanoseconds batch{};  ///< of one batch
  double frames = 0;                 ///< in it
  /// Of one frame in batches that are at least half full, which is how they run where time is short; 0: none ran yet.
  std::chrono::nanoseconds frame{};
};

/// A slot of a batch that is being filled: device memory of the model's input tensor itself.
struct SlotLease {
  struct Batch* batch = nullptr;
  int index = 0;
  ByteAddress address;
};

/// Gathers letterboxed frames of many lanes into batches and runs the model, the head and NMS on
/// them, on a thread of its own. One per model and device.
class Batcher {
 public:
  /// Returns once the session is prepared, for which it may need the device for itself: call it before frames run
  /// there. `known`: is asked again and again, in a slot that a batch of live sources leaves empty, or alone; null:
  /// never. Error `device`: the model does not run.
  static Result<std::unique_ptr<Batcher>> create(Device& device, std::unique_ptr<InferenceSession> session,
                                                 std::unique_ptr<Head> head, std::size_t slot_bytes,
                                                 const BatcherOptions& options, const Clock& clock,
                                                 const StageSet& stages, std::unique_ptr<KnownAnswer> known = nullptr);
  ~Batcher();

  [[nodiscard]] int batch_size() const { return size_; }
  /// How many frames one group can have between acquire() and on_found().
  [[nodiscard]] int slots_per_group() const;

  /// A group for one lane over files, or (live) the one that all live lanes share. Stays valid for
  /// the batcher's life. Error `device`: no memory for its slots.
  Result<SlotGroup*> open_group(bool live);
  /// A slot, or nullopt: then client.on_slot_free() comes once when it is worth asking again. Where slots are scarce
  /// each client gets its share by weight (SlotShares), however often it asks.
  std::optional<SlotLease> acquire(SlotGroup& group, SlotClient& client);
  /// The slot is filled once `ready` is done. `ticket` comes back with the boxes.
  void submit(const SlotLease& slot, EventRef ready, SlotClient& client, std::size_t ticket);
  /// The frame of this ticket, whose slot is filled by now, is not waited for any more: no answer comes for it after
  /// this returns, and what nobody waits for is not run.
  void forget(SlotClient& client, std::size_t ticket);
  /// No more frames are coming for now: what was submitted runs without waiting for company.
  void flush(SlotGroup& group);
  /// Forgets a client that is going away; it gets no call after this returns.
  void remove(SlotClient& client);
  [[nodiscard]] ServiceTime service_time() const;

 private:
  Batcher(Device& device, std::unique_ptr<InferenceSession> session, std::unique_ptr<Head> head, std::size_t slot_bytes,
          const BatcherOptions& options, const Clock& clock, const StageSet& stages,
          std::unique_ptr<KnownAnswer> known);
  void run();
  Batch* next_batch(std::unique_lock<std::mutex>& lock);
  Status prepare();
  Status rehearse();
  std::optional<Clock::Monotonic> close_overdue();
  [[nodiscard]] bool must_ask_alone() const;
  void close(SlotGroup& group);
  [[nodiscard]] bool asks_with(const Batch& batch) const;
  Status infer(Batch& batch, bool asks);
  Status run_model(const Batch& batch, bool asks);
  void tap(const Batch& batch) const;
  void deliver(Batch& batch, const Status& status);
  void recycle(Batch& batch);
  void measure(Clock::Monotonic::duration spent, int frames);
  void tell_who_waits(SlotGroup& group);

  Device& device_;
  std::unique_ptr<InferenceSession> session_;
  std::unique_ptr<Head> head_;
  const std::size_t slot_bytes_;
  const int size_;
  const std::chrono::milliseconds deadline_;
  const Tap tap_;
  const bool rehearse_;
  const Clock& clock_;
  const StageSet& stages_;
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<KnownAnswer> known_;  ///< null: not asked

  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable delivered_;
  std::vector<std::unique_ptr<SlotGroup>> groups_;
  SlotGroup* live_group_ = nullptr;
  std::optional<Status> prepared_;  ///< whether the session can run; create() waits for it
  std::deque<Batch*> full_;
  bool delivering_ = false;
  bool stopped_ = false;
  ServiceTime service_time_;
  std::thread thread_;
};

}  // namespace lyn
