#pragma once

#include <memory>
#include <span>
#include <string>

#include "core/findings.h"
#include "core/result.h"
#include "device/device.h"
#include "stages/infer/model_card.h"
#include "stages/infer/session.h"

namespace lyn {

/// An IoU that no two boxes exceed: every candidate stays.
constexpr float kNoNms = 1.0F;

struct HeadOptions {
  float floor = 0.1F;  ///< boxes below never leave the device
  float nms = 0.45F;   ///< IoU above which the lower of two boxes of one class goes
};

/// Decodes raw outputs into boxes and runs NMS on the device; then one small copy out a batch (DESIGN 4:
/// at most 8 KB a frame, typically 520 bytes), and one more of what goes with boxes (keypoints, masks).
/// Everything comes in slot pixels: the lane maps it to the picture. One thread at a time.
class Head {
 public:
  virtual ~Head() = default;
  /// Queues decode, NMS and the usual copy out for `batch` results of `session` on `stream`.
  virtual Status run(Stream& stream, const InferenceSession& session, int batch) = 0;
  /// Waits for the stream, and brings in what run() could not know of: found() holds from here to the
  /// next run().
  virtual Status finish(Stream& stream, int batch) = 0;
  /// What was found in slot `index`.
  virtual Findings found(int index) const = 0;
  /// Its boxes, by falling score.
  [[nodiscard]] std::span<const Detection> boxes(int index) const { return found(index).boxes; }
};

/// The names that `head` may have in a card, with commas.
std::string known_heads();

/// The head that the card names, checked against the graph's outputs. Error kind `device`.
Result<std::unique_ptr<Head>> make_head(Device& device, const ModelCard& card, const InferenceSession& session,
                                        const HeadOptions& options);

}  // namespace lyn
