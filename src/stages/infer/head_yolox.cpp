#include "stages/infer/head_yolox.h"

#include <string>
#include <utility>

#include "kernels/yolox_head.h"
#include "stages/infer/box_head.h"
#include "stages/infer/head_checks.h"

namespace lyn {
namespace {

class YoloxHead final : public BoxHead {
 public:
  YoloxHead(Device& device, const ModelCard& card, const HeadOptions& options)
      : BoxHead(device, options.nms),
        floor_(options.floor),
        width_(card.input_width),
        height_(card.input_height),
        classes_(static_cast<int>(card.labels.size())) {}

 private:
  Status decode(Stream& stream, const InferenceSession& session, int batch, const Candidates& candidates) override {
    const YoloxArgs args{raw_output(session, 0), candidates, width_, height_, classes_, floor_};
    return device().launch(stream, kYoloxHead, args, each_anchor_of(candidates, batch));
  }

  float floor_;
  int width_;
  int height_;
  int classes_;
};

/// The number of anchors, once everything fits.
Result<int> check(const ModelCard& card, const InferenceSession& session) {
  constexpr int kLargestStride = kYoloxStrides[2];
  if (card.input_width % kLargestStride != 0 || card.input_height % kLargestStride != 0) {
    return misfit(card, "input.width x input.height", "YOLOX's grids need multiples of 32", "correct the card");
  }
  LYN_CHECK(check_output_count(card, session, 1));
  const TensorShape& output = session.outputs()[0];
  const int anchors = yolox_anchors(card.input_width, card.input_height);
  if (output.dims.size() != 3 || output.dims[1] != anchors) {
    return misfit(card, "head yolox", shape_of(output) + " is not [N," + std::to_string(anchors) + ",5+classes]",
                  "name another head, or correct input.width and input.height");
  }
  const auto classes = static_cast<std::int64_t>(card.labels.size());
  if (classes == 0 || output.dims[2] != 5 + classes) return label_misfit(card, output, output.dims[2] - 5);
  return anchors;
}

}  // namespace

Result<std::unique_ptr<Head>> make_yolox_head(Device& device, const ModelCard& card, const InferenceSession& session,
                                              const HeadOptions& options) {
  LYN_TRY(const int anchors, check(card, session));
  auto head = std::make_unique<YoloxHead>(device, card, options);
  LYN_CHECK(head->lease(session.max_batch(), anchors));
  return std::unique_ptr<Head>(std::move(head));
}

}  // namespace lyn
