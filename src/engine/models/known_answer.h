#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "core/clock.h"
#include "core/result.h"
#include "device/device.h"
#include "engine/models/same_answer.h"
#include "stages/infer/head.h"
#include "stages/infer/session.h"
#include "stages/preprocess/letterbox.h"

namespace lyn {

/// What became of the known answers of a device's models. Any thread.
struct KnownAnswerTally {
  std::atomic<std::uint64_t> asked{0};
  std::atomic<std::uint64_t> wrong{0};
  std::atomic<int> wrong_now{0};        ///< models whose latest answer was wrong
  std::atomic<std::uint64_t> slots{0};  ///< whose boxes left the device for it, for the budgets of what may
};

/// Asks a model again and again about one picture, and says when the answer is not the one that it gave when it was
/// loaded: then the device computes wrongly, whatever it reports of itself. The picture is a pattern that is laid out
/// in the device's memory; nothing of it, and nothing of the answer, is seen by a camera. All on the batcher's thread.
class KnownAnswer {
 public:
  /// Of boxes and points of a pattern, weak ones too say whether the arithmetic is right.
  static constexpr HeadOptions kHead{0.001F, kNoNms};
  /// So many wrong answers in a row are called an error: one may be a bit that fell over in what was read.
  static constexpr int kInARow = 3;

  struct Setup {
    Device& device;
    std::unique_ptr<Head> head;  ///< of kHead
    InputSpec input;
    std::string model;  ///< for people
    std::chrono::milliseconds period;
    KnownAnswerTally& tally;
    const Clock& clock;
  };
  explicit KnownAnswer(Setup setup);

  /// Once the session is prepared: lays out the picture, and keeps what the model says of it. Error kind `device`.
  Status begin(Stream& stream, InferenceSession& session);
  /// The time has come to ask again.
  [[nodiscard]] bool due() const { return setup_.clock.now() >= due_; }
  /// When there was no spare slot for so long that it is asked alone.
  [[nodiscard]] Clock::Monotonic alone_at() const { return due_ + setup_.period / 10; }
  /// Puts the picture into a spare slot of a batch that runs anyway; judge() comes behind the session's run.
  Status put(Stream& stream, ByteAddress slot);
  /// Compares what came out of slot `index`. That nothing came out is a wrong answer too.
  void judge(Stream& stream, const InferenceSession& session, int index);
  void ask_alone(Stream& stream, InferenceSession& session);

 private:
  Status lay_out(Stream& stream);
  Status read(Stream& stream, const InferenceSession& session, int slots);
  void note(const std::string& what_is_wrong);

  Setup setup_;
  Buffer slot_;
  Answer right_;
  Clock::Monotonic due_{};
  int in_a_row_ = 0;
};

}  // namespace lyn
