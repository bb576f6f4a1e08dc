#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/detection.h"
#include "core/result.h"
#include "device/device.h"
#include "kernels/nms.h"
#include "stages/infer/model_card.h"
#include "stages/infer/session.h"

namespace lyn {

struct HeadOptions {
  float floor = 0.1F;  ///< boxes below never leave the device
  float nms = 0.45F;   ///< IoU above which the lower of two boxes of one class goes
};

/// Decodes raw outputs into boxes and runs NMS on the device; then one small copy out a batch:
/// a SlotBoxes a slot (at most kMaxBoxes boxes, under 8 KB).
/// Boxes come in slot pixels: the lane maps them to the picture. One thread at a time.
class Head {
 public:
  virtual ~Head() = default;
  /// Queues decode, NMS and the copy out for `batch` results of `session` on `stream`.
  virtual Status run(Stream& stream, const InferenceSession& session, int batch) = 0;
  /// After the stream was waited for: the boxes of slot `index`, by falling score.
  virtual std::span<const Detection> boxes(int index) const = 0;
};

/// The head that the card names, checked against the graph's outputs. Error kind `device`.
Result<std::unique_ptr<Head>> make_head(Device& device, const ModelCard& card, const InferenceSession& session,
                                        const HeadOptions& options);

}  // namespace lyn
