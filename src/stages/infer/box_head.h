#pragma once

#include <span>
#include <vector>

#include "core/result.h"
#include "device/device.h"
#include "kernels/nms.h"
#include "stages/infer/head.h"

namespace lyn {

/// What all heads that find boxes do alike: candidates of their own decoding go through NMS, and packed
/// boxes come back in one small copy a batch (two where a slot has more than kFirstBoxes). All memory is
/// leased once, so that addresses are fixed and run() can be captured into a CUDA graph.
class BoxHead : public Head {
 public:
  /// `nms` may be kNoNms, for models that leave one box an object by themselves.
  BoxHead(Device& device, float nms) : device_(device), nms_(nms) {}

  /// Memory for so many slots of so many anchors. Call it once, before anything else.
  Status lease(int slots, int anchors);

  Status run(Stream& stream, const InferenceSession& session, int batch) override;
  Status finish(Stream& stream, int batch) override;
  std::span<const Detection> boxes(int index) const override;

 protected:
  /// Queues what turns the session's outputs into candidates, for every anchor of `batch` slots.
  virtual Status decode(Stream& stream, const InferenceSession& session, int batch, const Candidates& candidates) = 0;
  [[nodiscard]] Device& device() const { return device_; }

 private:
  [[nodiscard]] Candidates candidates() const;
  [[nodiscard]] const SlotBoxes& first(int index) const;
  Result<bool> copy_more(Stream& stream, int batch);
  void unpack(int index);

  Device& device_;
  float nms_;
  int anchors_ = 0;
  Buffer keys_;
  Buffer boxes_;
  Buffer class_ids_;
  Buffer results_;       ///< a SlotBoxes a slot
  Buffer more_results_;  ///< a MoreBoxes a slot
  Staging staging_;
  Staging more_staging_;
  std::vector<Detection> found_;  ///< kMaxBoxes a slot
};

}  // namespace lyn
