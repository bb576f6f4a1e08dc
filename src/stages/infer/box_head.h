#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "core/result.h"
#include "device/device.h"
#include "kernels/nms.h"
#include "stages/infer/box_details.h"
#include "stages/infer/head.h"

namespace lyn {

/// A thread for every anchor of `batch` slots.
inline Grid each_anchor_of(const Candidates& candidates, int batch) {
  return {static_cast<unsigned>(candidates.anchors), static_cast<unsigned>(batch), 1};
}

/// What all heads that find boxes do alike: candidates of their own decoding go through NMS, and packed
/// boxes come back in one small copy a batch (two where a slot has more than kFirstBoxes). All memory is
/// leased once, so that addresses are fixed and run() can be captured into a CUDA graph.
class BoxHead : public Head {
 public:
  /// `nms` may be kNoNms, for models that leave one box an object by themselves.
  BoxHead(Device& device, float nms) : device_(device), nms_(nms) {}

  /// Memory for so many slots of so many anchors. Call it once, before anything else.
  Status lease(int slots, int anchors);
  /// What else is known of each box. Call it before the first run.
  void bring(std::unique_ptr<BoxDetails> details) { details_ = std::move(details); }

  Status run(Stream& stream, const InferenceSession& session, int batch) override;
  Status finish(Stream& stream, int batch) override;
  Findings found(int index) const override { return found_[static_cast<std::size_t>(index)]; }

 protected:
  /// Queues what turns the session's outputs into candidates, for every anchor of `batch` slots.
  virtual Status decode(Stream& stream, const InferenceSession& session, int batch, const Candidates& candidates) = 0;
  [[nodiscard]] Device& device() const { return device_; }

 private:
  [[nodiscard]] Candidates candidates() const;
  [[nodiscard]] KeptBoxes kept() const;
  [[nodiscard]] const SlotBoxes& first(int index) const;
  Result<bool> copy_more(Stream& stream, int batch);
  void unpack(int index);
  Status bring_details(Stream& stream, int batch);

  Device& device_;
  float nms_;
  int anchors_ = 0;
  Buffer keys_;
  Buffer boxes_;
  Buffer class_ids_;
  Buffer results_;       ///< a SlotBoxes a slot
  Buffer more_results_;  ///< a MoreBoxes a slot
  Buffer kept_anchors_;  ///< kMaxBoxes a slot
  Staging staging_;
  Staging more_staging_;
  std::unique_ptr<BoxDetails> details_;  ///< null: boxes alone
  std::vector<Detection> unpacked_;      ///< kMaxBoxes a slot
  std::vector<Findings> found_;          ///< one a slot
};

}  // namespace lyn
