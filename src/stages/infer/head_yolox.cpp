#include "stages/infer/head_yolox.h"

#include <string>
#include <utility>

#include "kernels/nms.h"
#include "kernels/yolox_head.h"

namespace lyn {
namespace {

/// All memory is leased once, so addresses are fixed and run() can be captured into a CUDA graph.
class YoloxHead : public Head {
 public:
  YoloxHead(Device& device, const ModelCard& card, const HeadOptions& options, int anchors)
      : device_(device),
        options_(options),
        width_(card.input_width),
        height_(card.input_height),
        anchors_(anchors),
        classes_(static_cast<int>(card.labels.size())) {}

  Status lease(int slots);
  Status run(Stream& stream, const InferenceSession& session, int batch) override;
  std::span<const Detection> boxes(int index) const override;

 private:
  [[nodiscard]] Candidates candidates() const;

  Device& device_;
  HeadOptions options_;
  int width_;
  int height_;
  int anchors_;
  int classes_;
  Buffer keys_;
  Buffer boxes_;
  Buffer class_ids_;
  Buffer results_;
  Staging staging_;
};

Status YoloxHead::lease(int slots) {
  const std::size_t all = static_cast<std::size_t>(slots) * static_cast<std::size_t>(anchors_);
  const std::size_t result_bytes = static_cast<std::size_t>(slots) * sizeof(SlotBoxes);
  LYN_TRY(keys_, device_.pool().lease(all * sizeof(std::uint64_t)));
  LYN_TRY(boxes_, device_.pool().lease(all * sizeof(Box)));
  LYN_TRY(class_ids_, device_.pool().lease(all * sizeof(std::int32_t)));
  LYN_TRY(results_, device_.pool().lease(result_bytes));
  LYN_TRY(staging_, Staging::create(device_, result_bytes));
  return {};
}

Candidates YoloxHead::candidates() const {
  return {keys_.address().as<std::uint64_t>(), boxes_.address().as<Box>(), class_ids_.address().as<std::int32_t>(),
          anchors_};
}

Status YoloxHead::run(Stream& stream, const InferenceSession& session, int batch) {
  const auto slots = static_cast<unsigned>(batch);
  const YoloxArgs decode{
      session.output_address(0).as<const float>(), candidates(), width_, height_, classes_, options_.floor};
  LYN_CHECK(device_.launch(stream, kYoloxHead, decode, {static_cast<unsigned>(anchors_), slots, 1}));
  const NmsArgs nms{candidates(), results_.address().as<SlotBoxes>(), options_.nms};
  LYN_CHECK(device_.launch(stream, kNms, nms, nms_grid(batch)));
  return device_.copy_out(stream, Reason::boxes, staging_.bytes().first(slots * sizeof(SlotBoxes)), results_.address());
}

std::span<const Detection> YoloxHead::boxes(int index) const {
  const std::byte* block = staging_.bytes().data() + static_cast<std::size_t>(index) * sizeof(SlotBoxes);
  const auto* slot = reinterpret_cast<const SlotBoxes*>(block);
  return {slot->boxes, static_cast<std::size_t>(slot->count)};
}

Error misfit(const ModelCard& card, const std::string& field, const std::string& has, const std::string& remedy) {
  return {ErrorKind::device, card.path + ": " + field + " does not fit " + card.onnx + ": " + has, remedy};
}

std::string shape_of(const TensorShape& tensor) {
  std::string text = "output \"" + tensor.name + "\" [N";
  for (std::size_t i = 1; i < tensor.dims.size(); ++i) text += "," + std::to_string(tensor.dims[i]);
  return text + "]";
}

/// The number of anchors, once everything fits.
Result<int> check(const ModelCard& card, const InferenceSession& session) {
  constexpr int kLargestStride = kYoloxStrides[2];
  if (card.input_width % kLargestStride != 0 || card.input_height % kLargestStride != 0) {
    return misfit(card, "input.width x input.height", "YOLOX's grids need multiples of 32", "correct the card");
  }
  const auto& outputs = session.outputs();
  if (outputs.size() != 1) {
    return misfit(card, "head yolox", "it has " + std::to_string(outputs.size()) + " outputs and not one",
                  "export the model without its own decoding, or name another head");
  }
  const auto& dims = outputs[0].dims;
  const int anchors = yolox_anchors(card.input_width, card.input_height);
  if (dims.size() != 3 || dims[1] != anchors) {
    return misfit(card, "head yolox", shape_of(outputs[0]) + " is not [N," + std::to_string(anchors) + ",5+classes]",
                  "name another head, or correct input.width and input.height");
  }
  const auto classes = static_cast<std::int64_t>(card.labels.size());
  if (classes != 0 && dims[2] == 5 + classes) return anchors;
  return misfit(card, "labels",
                std::to_string(classes) + " labels, but " + shape_of(outputs[0]) + " has " +
                    std::to_string(dims[2] - 5) + " classes",
                "give one label for each class, in the model's order");
}

}  // namespace

Result<std::unique_ptr<Head>> make_yolox_head(Device& device, const ModelCard& card, const InferenceSession& session,
                                              const HeadOptions& options) {
  LYN_TRY(const int anchors, check(card, session));
  auto head = std::make_unique<YoloxHead>(device, card, options, anchors);
  LYN_CHECK(head->lease(session.max_batch()));
  return std::unique_ptr<Head>(std::move(head));
}

}  // namespace lyn
