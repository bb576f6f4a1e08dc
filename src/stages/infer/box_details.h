#pragma once

#include <span>

#include "core/findings.h"
#include "core/result.h"
#include "device/device.h"
#include "kernels/nms.h"
#include "stages/infer/session.h"

namespace lyn {

/// The boxes that NMS kept, on the device.
struct KeptBoxes {
  Address<const SlotBoxes> first;       ///< one a slot
  Address<const MoreBoxes> more;        ///< likewise
  Address<const std::int32_t> anchors;  ///< kMaxBoxes a slot: where each box came from
};

/// What a model says of each box beside the box itself. How much of it leaves the device depends on the
/// boxes, so it is copied once they are known. One thread at a time.
class BoxDetails {
 public:
  virtual ~BoxDetails() = default;
  /// Queues what turns the session's outputs into details of the kept boxes of `batch` slots.
  virtual Status run(Stream& stream, const InferenceSession& session, int batch, const KeptBoxes& kept) = 0;
  /// Queues the copy out for slot `index`, which has these boxes. False where there is nothing to copy.
  virtual Result<bool> copy(Stream& stream, int index, std::span<const Detection> boxes) = 0;
  /// Adds to what was found in slot `index`. Called when the stream has passed copy().
  virtual void finish(int index, Findings& found) = 0;
};

}  // namespace lyn
