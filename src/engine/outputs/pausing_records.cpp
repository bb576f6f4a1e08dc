#include "engine/outputs/pausing_records.h"

#include <utility>

#include "core/log.h"

namespace lyn {
namespace {

class PausingRecords final : public RecordWriter {
 public:
  PausingRecords(OpenRecords open, const OutputPause::Setup& setup)
      : open_(std::move(open)), camera_(setup.camera), pause_(setup) {}

  /// The first error is for the caller to judge.
  Status begin() {
    LYN_TRY(writer_, open_());
    return {};
  }
  Status pause(const Error& error) { return pause_.failed(error); }

  Status write(const FrameRecord& record) override {
    if (!pause_.wants()) {
      pause_.left_out();
      return {};
    }
    Status written = make_ready();
    if (written) written = writer_->write(record);
    if (!written) return pause_.failed(written.error());
    pause_.worked();
    return {};
  }

  Status still_there() override { return writer_ ? writer_->still_there() : Status(); }
  Status revive() override { return writer_ ? writer_->revive() : begin(); }
  Status flush() override {
    if (pause_.paused() || !writer_) return {};
    const Status flushed = writer_->flush();
    return flushed ? flushed : pause_.failed(flushed.error());
  }

 private:
  Status make_ready() {
    if (pause_.paused()) return revive();
    if (!pause_.look_is_due()) return {};
    const Status there = still_there();
    if (there) return {};
    LYN_CHECK(revive());
    log::warning(camera_ + ": " + there.error().what + ", and is begun anew");
    return {};
  }

  OpenRecords open_;
  std::string camera_;
  OutputPause pause_;
  std::unique_ptr<RecordWriter> writer_;
};

}  // namespace

Result<std::unique_ptr<RecordWriter>> make_pausing_records(OpenRecords open, const std::string& path,
                                                           const OutputPause::Setup& setup) {
  auto records = std::make_unique<PausingRecords>(std::move(open), setup);
  if (Status begun = records->begin(); !begun) {
    if (!begins_paused(path)) return begun.error();
    LYN_CHECK(records->pause(begun.error()));
  }
  return std::unique_ptr<RecordWriter>(std::move(records));
}

}  // namespace lyn
