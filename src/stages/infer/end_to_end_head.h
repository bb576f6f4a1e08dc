#pragma once

#include <cstddef>

#include "kernels/yolo_heads.h"
#include "stages/infer/box_head.h"

namespace lyn {

/// Of graphs that choose their boxes themselves, a row a box; no NMS.
class EndToEndHead final : public BoxHead {
 public:
  /// `form`: all but addresses. `output`: which of the session's holds the rows.
  EndToEndHead(Device& device, const EndToEndArgs& form, std::size_t output);

 private:
  Status decode(Stream& stream, const InferenceSession& session, int batch, const Candidates& candidates) override;

  const EndToEndArgs form_;
  const std::size_t output_;
};

}  // namespace lyn
