#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "config/config.h"
#include "core/clock.h"
#include "device/pool.h"
#include "engine/camera/camera_link.h"
#include "engine/camera/line_anchor.h"
#include "engine/camera/load_watch.h"
#include "engine/camera/time_line.h"
#include "engine/intake/attempts.h"
#include "engine/intake/inbox.h"
#include "engine/lane/arrivals.h"
#include "engine/lane/frame_queue.h"
#include "engine/lane/results.h"
#include "engine/lane/scene_watch.h"
#include "engine/lane/start_gate.h"
#include "engine/lane/unplaced_media.h"
#include "engine/models/models.h"
#include "engine/outputs/lane_outputs.h"
#include "engine/outputs/record_stream.h"
#include "engine/run/backend.h"
#include "engine/run/room_check.h"
#include "engine/run/run_options.h"
#include "engine/run/stage_set.h"
#include "engine/run/tally.h"
#include "stages/motion/motion_detector.h"
#include "stages/preprocess/letterbox.h"

namespace lyn {

/// One camera from packets to records: decode, letterbox into a batch slot, (boxes), track, outputs.
/// One thread and one inbox; the readers, the batcher and the video thread only send it events.
///
/// A file is read by one reader to its end. A live camera is never at its end: what is lost is tried again
/// (CameraLink), and frames, tracks and times run on over all its connections.
class Lane final : private SlotClient, private StartGate::Client {
 public:
  struct Setup {
    CameraConfig camera;
    std::size_t camera_number;  ///< its place in the configuration, or one of its own when it came later
    bool again;                 ///< a camera of this id ran before: its files stay, others are begun beside them
    DecodeConfig decode;
    const RunOptions& options;
    const Backend& backend;
    Device& device;
    const LaneModel& model;
    RecordFiles& records;
    const StageSet& stages;
    StartGate& start_gate;
    const Clock& clock;
    Results results;
    bool live;                        ///< the source sets the pace: never push back, drop by reason
    bool paced;                       ///< a file that is given at its own pace (`--realtime`)
    SlotGroup* slots;                 ///< where batch slots come from; null without a model
    std::unique_ptr<RoomCheck> room;  ///< asked before a live source starts; null: it always may
    /// Called on the lane's thread when it has ended; with an error when it failed.
    std::function<void(Lane&, std::optional<Error> error)> on_ended;
    /// Called on the lane's thread when its first frame has gone all the way.
    std::function<void(Lane&)> on_first_frame;
    /// Called on the lane's thread when so many frames have passed that memory should stop growing. It
    /// brings leases for the pictures that the lane may hold at its worst; once every lane has brought
    /// its own, giving them back leaves room for all of them.
    std::function<void(Lane&, std::vector<Buffer> ahead)> on_warm;
    /// Called on the lane's thread when it opens a decoder, after which memory may grow again until on_warm.
    std::function<void(Lane&)> on_cold;
  };
  explicit Lane(Setup setup);
  ~Lane() override;

  void start();
  /// Asks it to end, from any thread. Frames already taken from the source are finished and written.
  void stop();
  void join();
  [[nodiscard]] const std::string& id() const { return setup_.camera.id; }
  [[nodiscard]] const Device& device() const { return setup_.device; }
  [[nodiscard]] bool live() const { return setup_.live; }
  /// It ended since there was no room for it. Once it has.
  [[nodiscard]] bool refused() const { return refused_; }
  /// It ended since another device has the room that is not here. Once it has.
  [[nodiscard]] bool has_room_elsewhere() const { return room_elsewhere_; }
  [[nodiscard]] CameraSummary summary() const;

 private:
  void on_found(std::size_t ticket, const Findings& found) override;
  void on_slot_free() override { inbox_->push(SlotFree{}); }
  [[nodiscard]] double weight() const override { return setup_.camera.weight; }
  void on_inference_failed(const Error& error) override { inbox_->push(InferenceFailed{error}); }
  void on_turn() override { inbox_->push(TurnGiven{}); }

  // lane.cpp: the thread and its events
  void run();
  Status loop();
  Status finish(bool failed);
  [[nodiscard]] bool wants_packets() const;
  Status handle(MediaSeen& event);
  Status handle(PacketArrived& event);
  Status handle(SoundArrived& event);
  Status handle(SourceRewound& event);
  Status handle(SourceEnded& event);
  Status handle(SourceFailed& event);
  Status handle(BoxesReady& event);
  Status handle(SlotFree& event);
  Status handle(InferenceFailed& event);
  Status handle(StopRequested& event);
  Status handle(DeadlinePassed& event);
  Status decode(const PacketArrived& event);
  Status drain();
  Status advance();

  // lane_open.cpp: a stream, its decoder and its outputs
  Status handle(SourceOpened& event);
  Status handle(TurnGiven& event);
  Status open_decoder_for(const StreamInfo& stream);
  Status open_stages(const std::optional<AudioInfo>& audio);
  [[nodiscard]] Result<std::unique_ptr<Decoder>> make_decoder(const StreamInfo& stream) const;
  Status open_decoder();

  // lane_camera.cpp: connections of a live camera
  [[nodiscard]] bool is_camera() const { return camera_.has_value(); }
  void open_record_stream();
  Status mind_camera();
  Status let_go_of_connection();
  Result<bool> use_connection(int attempt);
  Status cannot_decode(Error error);
  [[nodiscard]] bool is_cameras_trouble(const Error& error, bool first) const;
  [[nodiscard]] StreamInfo shown_stream() const;
  [[nodiscard]] Clock::Wall wall_of(const PacketArrived& event) const;
  TimeLine::Place placed(MediaTime source, const Arrival& arrival);
  Status place_in_time(LaneFrame& frame, const Arrival& arrival);

  // lane_load.cpp: what a live source may ask of us
  Status admit_stream(const StreamInfo& stream);
  void judge_load();
  void packets_lost(const char* reason, std::uint64_t count);
  void tell_load(const Overload::Change& change);
  void forget_load();
  [[nodiscard]] std::string model_words() const;
  [[nodiscard]] std::chrono::nanoseconds* decode_cpu() { return setup_.room ? &decode_cpu_ : nullptr; }
  [[nodiscard]] LoadWatch* watch() { return load_ ? &*load_ : nullptr; }
  [[nodiscard]] bool sheds_pictures() const { return load_ && load_->overload().sheds_pictures(); }

  // lane_frames.cpp: the way of a frame to its boxes
  /// Without a model, so many letterboxed frames may be unfinished on the device before the lane waits.
  static constexpr std::size_t kUnfinishedWithoutModel = 4;
  Status pull_frames();
  Status admit(Frame frame);
  Status fill_slots();
  Result<bool> fill_slot(LaneFrame& frame);
  Status run_alone(LaneFrame& frame);
  [[nodiscard]] bool detects() const { return setup_.model.batcher != nullptr || setup_.model.motion; }
  Status letterbox(LaneFrame& frame, ByteAddress slot);
  [[nodiscard]] const char* reason_to_skip(const LaneFrame& frame) const;
  void skip(LaneFrame& frame, const char* reason);
  void skip_unserved(LaneFrame& frame, const char* reason);
  void drop_stale_waiting();
  Result<bool> give_up_oldest();
  void let_pictures_go();
  Status complete_finished();
  Result<bool> finished(LaneFrame& frame);
  Status warm_up();
  void cold();
  void tap(const char* stage, const Image& image) const;

  // lane_results.cpp: what leaves the lane
  Status complete(LaneFrame& frame);
  Status hand_to_video(LaneFrame& frame);
  [[nodiscard]] LaneOutputs::Setup outputs_setup();
  [[nodiscard]] std::size_t pictures_held() const;

  Setup setup_;
  std::shared_ptr<LaneInbox> inbox_;  ///< shared with readers, which may outlive the lane
  Tally tally_;
  Attempts attempts_;
  std::optional<CameraLink> camera_;  ///< of a live camera
  std::optional<LoadWatch> load_;     ///< of a live source
  TimeLine time_line_;                ///< of a live camera
  UnplacedMedia unplaced_;            ///< of a live camera
  LineAnchor anchor_;                 ///< of a live camera
  FrameQueue frames_;
  Arrivals arrivals_;
  StreamInfo coding_;  ///< what decoder_ was opened for
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<Decoder> decoder_;
  Letterbox letterbox_;
  Buffer lone_slot_;  ///< the letterbox's target when there is no model
  std::unique_ptr<MotionDetector> motion_;
  std::optional<SceneWatch> scene_;  ///< of a live source
  std::unique_ptr<LaneOutputs> outputs_;
  std::unique_ptr<RecordStream> record_;  ///< of a camera with a stream of its own for it

  std::optional<PacketArrived> first_key_;  ///< waits for the decoder's turn to open
  bool decoder_open_ = false;               ///< it has seen its first keyframe
  bool decoder_dry_ = true;                 ///< the decoder has no frame ready
  bool draining_ = false;                   ///< no more packets of this pass will come
  bool rewinding_ = false;                  ///< another pass follows
  bool stopping_ = false;                   ///< the owner asked it to end
  std::size_t waiting_ = 0;                 ///< frames that have no slot yet: the last ones in frames_
  std::int64_t tick_offset_ = 0;            ///< added to the PTS of this pass
  std::uint64_t next_index_ = 0;
  std::uint64_t next_seq_ = 0;
  std::chrono::nanoseconds decode_cpu_{};  ///< since somebody was told
  std::uint64_t decode_pictures_ = 0;      ///< of these
  bool refused_ = false;
  bool room_elsewhere_ = false;
  std::uint64_t epoch_ = 0;    ///< of a live camera
  std::uint64_t warm_at_ = 0;  ///< the record after which memory has grown to what it needs
  bool warm_ = false;
  std::uint64_t batch_first_index_ = 0;  ///< of the first frame in the batch that this lane is filling
  bool batch_open_ = false;
  bool told_of_sound_ = false;         ///< that the source leaves it out
  std::optional<Error> source_error_;  ///< what ended the source; reported once the rest is written
  std::thread thread_;
};

}  // namespace lyn
