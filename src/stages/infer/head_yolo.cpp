#include "stages/infer/head_yolo.h"

#include <string>
#include <utility>

#include "kernels/yolo_heads.h"
#include "stages/infer/box_head.h"
#include "stages/infer/head_checks.h"

namespace lyn {
namespace {

constexpr std::int64_t kEndToEndColumns = 6;

Grid grid_of(const Candidates& candidates, int batch) {
  return {static_cast<unsigned>(candidates.anchors), static_cast<unsigned>(batch), 1};
}

class Yolov5Head final : public BoxHead {
 public:
  Yolov5Head(Device& device, const HeadOptions& options, int classes)
      : BoxHead(device, options.nms), floor_(options.floor), classes_(classes) {}

 private:
  Status decode(Stream& stream, const InferenceSession& session, int batch, const Candidates& candidates) override {
    const Yolov5Args args{raw_output(session, 0), candidates, classes_, floor_};
    return device().launch(stream, kYolov5Head, args, grid_of(candidates, batch));
  }

  float floor_;
  int classes_;
};

class Yolov8Head final : public BoxHead {
 public:
  Yolov8Head(Device& device, const HeadOptions& options, int classes)
      : BoxHead(device, options.nms), floor_(options.floor), classes_(classes) {}

 private:
  Status decode(Stream& stream, const InferenceSession& session, int batch, const Candidates& candidates) override {
    const Yolov8Args args{raw_output(session, 0), candidates, 4 + classes_, classes_, floor_};
    return device().launch(stream, kYolov8Head, args, grid_of(candidates, batch));
  }

  float floor_;
  int classes_;
};

class EndToEndHead final : public BoxHead {
 public:
  EndToEndHead(Device& device, const HeadOptions& options, int classes)
      : BoxHead(device, kNoNms), floor_(options.floor), classes_(classes) {}

 private:
  Status decode(Stream& stream, const InferenceSession& session, int batch, const Candidates& candidates) override {
    const EndToEndArgs args{raw_output(session, 0), candidates, static_cast<int>(kEndToEndColumns), classes_, floor_};
    return device().launch(stream, kEndToEndHead, args, grid_of(candidates, batch));
  }

  float floor_;
  int classes_;
};

template <class H>
Result<std::unique_ptr<Head>> leased(Device& device, const ModelCard& card, const InferenceSession& session,
                                     const HeadOptions& options, std::int64_t anchors) {
  auto head = std::make_unique<H>(device, options, static_cast<int>(card.labels.size()));
  LYN_CHECK(head->lease(session.max_batch(), static_cast<int>(anchors)));
  return std::unique_ptr<Head>(std::move(head));
}

/// The one output of the graph, of three dimensions.
Result<const TensorShape*> only_output(const ModelCard& card, const InferenceSession& session, const char* form) {
  LYN_CHECK(check_output_count(card, session, 1));
  const TensorShape& output = session.outputs()[0];
  if (output.dims.size() == 3) return &output;
  return misfit(card, "head " + card.head, shape_of(output) + " is not " + form, "name another head");
}

}  // namespace

Result<std::unique_ptr<Head>> make_yolov5_head(Device& device, const ModelCard& card, const InferenceSession& session,
                                               const HeadOptions& options) {
  LYN_TRY(const TensorShape* const output, only_output(card, session, "[N,anchors,5+classes]"));
  const auto classes = static_cast<std::int64_t>(card.labels.size());
  if (output->dims[2] == 5 + classes) return leased<Yolov5Head>(device, card, session, options, output->dims[1]);
  if (output->dims[1] == 4 + classes) {
    return misfit(card, "head yolov5", shape_of(*output) + " has no objectness", "write head: yolov8");
  }
  return label_misfit(card, *output, output->dims[2] - 5);
}

Result<std::unique_ptr<Head>> make_yolov8_head(Device& device, const ModelCard& card, const InferenceSession& session,
                                               const HeadOptions& options) {
  LYN_TRY(const TensorShape* const output, only_output(card, session, "[N,4+classes,anchors] or [N,anchors,6]"));
  const auto classes = static_cast<std::int64_t>(card.labels.size());
  if (output->dims[1] == 4 + classes) return leased<Yolov8Head>(device, card, session, options, output->dims[2]);
  if (output->dims[2] == kEndToEndColumns) {
    return leased<EndToEndHead>(device, card, session, options, output->dims[1]);
  }
  if (output->dims[2] == 5 + classes) {
    return misfit(card, "head " + card.head, shape_of(*output) + " has an objectness and anchors first",
                  "write head: yolov5");
  }
  return label_misfit(card, *output, output->dims[1] - 4);
}

}  // namespace lyn
