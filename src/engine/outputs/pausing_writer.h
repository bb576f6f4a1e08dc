#pragma once

#include <memory>
#include <utility>

#include "core/result.h"
#include "engine/outputs/output_pause.h"

namespace lyn {

/// A video file on a thread of its own: written to its end or, of a live camera, paused while it cannot be written and
/// then gone on with in another file. `Writer` has finish() and still_there(). One thread.
template <class Writer>
class PausingWriter {
 public:
  /// `writer`: null: none, or it begins paused. `pause`: null where an error is the end of it; outlives this.
  PausingWriter(std::unique_ptr<Writer> writer, OutputPause* pause) : writer_(std::move(writer)), pause_(pause) {}

  [[nodiscard]] bool is_open() const { return writer_ != nullptr; }

  /// `put` writes to the file, which `begin` opens first where none is open. Where there is a pause, what cannot be
  /// written is left out and its error kept; any but the output's own is given back.
  template <class Begin, class Put>
  Status write(Begin begin, Put put) {
    if (pause_ == nullptr) return put(*writer_);
    const Status written = put_into_file(begin, put);
    if (written) {
      pause_->worked();
      return {};
    }
    if (written.error().kind == ErrorKind::output && writer_) {
      static_cast<void>(writer_->finish());  // what is whole in the file stays
      writer_.reset();
    }
    return pause_->failed(written.error());
  }

  Status finish() {
    const Status finished = writer_ ? writer_->finish() : Status();
    return finished || pause_ == nullptr ? finished : pause_->failed(finished.error());
  }

 private:
  template <class Begin, class Put>
  Status put_into_file(Begin& begin, Put& put) {
    if (!writer_) {
      LYN_TRY(writer_, begin());
    }
    LYN_CHECK(put(*writer_));
    return pause_->look_is_due() ? writer_->still_there() : Status();
  }

  std::unique_ptr<Writer> writer_;
  OutputPause* pause_;
};

}  // namespace lyn
