#include "stages/infer/head.h"

#include "stages/infer/head_yolox.h"

namespace lyn {

Result<std::unique_ptr<Head>> make_head(Device& device, const ModelCard& card, const InferenceSession& session,
                                        const HeadOptions& options) {
  if (card.head == "yolox") return make_yolox_head(device, card, session, options);
  return Error{ErrorKind::device, card.path + ": head \"" + card.head + "\" is not known", "known is yolox"};
}

}  // namespace lyn
