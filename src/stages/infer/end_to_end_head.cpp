#include "stages/infer/end_to_end_head.h"

#include "stages/infer/head_checks.h"

namespace lyn {

EndToEndHead::EndToEndHead(Device& device, const EndToEndArgs& form, std::size_t output)
    : BoxHead(device, kNoNms), form_(form), output_(output) {}

Status EndToEndHead::decode(Stream& stream, const InferenceSession& session, int batch, const Candidates& candidates) {
  EndToEndArgs args = form_;
  args.raw = raw_output(session, output_);
  args.candidates = candidates;
  return device().launch(stream, kEndToEndHead, args, each_anchor_of(candidates, batch));
}

}  // namespace lyn
