#include "stages/infer/head_yolo.h"

#include <string>
#include <utility>

#include "kernels/yolo_heads.h"
#include "stages/infer/box_head.h"
#include "stages/infer/head_checks.h"
#include "stages/infer/keypoint_details.h"

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
  Yolov8Head(Device& device, const HeadOptions& options, int classes, int channels)
      : BoxHead(device, options.nms), floor_(options.floor), classes_(classes), channels_(channels) {}

 private:
  Status decode(Stream& stream, const InferenceSession& session, int batch, const Candidates& candidates) override {
    const Yolov8Args args{raw_output(session, 0), candidates, channels_, classes_, floor_};
    return device().launch(stream, kYolov8Head, args, grid_of(candidates, batch));
  }

  float floor_;
  int classes_;
  int channels_;
};

class EndToEndHead final : public BoxHead {
 public:
  EndToEndHead(Device& device, const HeadOptions& options, int classes, int columns)
      : BoxHead(device, kNoNms), floor_(options.floor), classes_(classes), columns_(columns) {}

 private:
  Status decode(Stream& stream, const InferenceSession& session, int batch, const Candidates& candidates) override {
    const EndToEndArgs args{raw_output(session, 0), candidates, columns_, classes_, floor_};
    return device().launch(stream, kEndToEndHead, args, grid_of(candidates, batch));
  }

  float floor_;
  int classes_;
  int columns_;
};

int classes_of(const ModelCard& card) {
  return static_cast<int>(card.labels.size());
}

Result<std::unique_ptr<BoxHead>> leased(std::unique_ptr<BoxHead> head, const InferenceSession& session,
                                        std::int64_t anchors) {
  LYN_CHECK(head->lease(session.max_batch(), static_cast<int>(anchors)));
  return head;
}

Result<std::unique_ptr<Head>> as_head(Result<std::unique_ptr<BoxHead>> made) {
  LYN_TRY(auto head, std::move(made));
  return std::unique_ptr<Head>(std::move(head));
}

/// Channel by channel, with `more` of them behind the scores.
Result<std::unique_ptr<BoxHead>> channels_head(Device& device, const ModelCard& card, const InferenceSession& session,
                                               const HeadOptions& options, int more) {
  const int classes = classes_of(card);
  return leased(std::make_unique<Yolov8Head>(device, options, classes, 4 + classes + more), session,
                session.outputs()[0].dims[2]);
}

/// Row by row, with `more` columns behind the class.
Result<std::unique_ptr<BoxHead>> rows_head(Device& device, const ModelCard& card, const InferenceSession& session,
                                           const HeadOptions& options, int more) {
  const int columns = static_cast<int>(kEndToEndColumns) + more;
  return leased(std::make_unique<EndToEndHead>(device, options, classes_of(card), columns), session,
                session.outputs()[0].dims[1]);
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
  if (output->dims[2] == 5 + classes) {
    return as_head(leased(std::make_unique<Yolov5Head>(device, options, classes_of(card)), session, output->dims[1]));
  }
  if (output->dims[1] == 4 + classes) {
    return misfit(card, "head yolov5", shape_of(*output) + " has no objectness", "write head: yolov8");
  }
  return label_misfit(card, *output, output->dims[2] - 5);
}

Result<std::unique_ptr<Head>> make_yolov8_head(Device& device, const ModelCard& card, const InferenceSession& session,
                                               const HeadOptions& options) {
  LYN_TRY(const TensorShape* const output, only_output(card, session, "[N,4+classes,anchors] or [N,anchors,6]"));
  const auto classes = static_cast<std::int64_t>(card.labels.size());
  if (output->dims[1] == 4 + classes) return as_head(channels_head(device, card, session, options, 0));
  if (output->dims[2] == kEndToEndColumns) return as_head(rows_head(device, card, session, options, 0));
  if (output->dims[2] == 5 + classes) {
    return misfit(card, "head " + card.head, shape_of(*output) + " has an objectness and anchors first",
                  "write head: yolov5");
  }
  return label_misfit(card, *output, output->dims[1] - 4);
}

Result<std::unique_ptr<Head>> make_yolov8_pose_head(Device& device, const ModelCard& card,
                                                    const InferenceSession& session, const HeadOptions& options) {
  LYN_TRY(const TensorShape* const output,
          only_output(card, session, "[N,4+classes+keypoints,anchors] or [N,anchors,6+keypoints]"));
  const int more = card.keypoints * card.keypoint_values;
  const int classes = classes_of(card);
  const std::int64_t rows = output->dims[1];
  const std::int64_t columns = output->dims[2];
  const bool by_channel = rows == 4 + classes + more;
  if (!by_channel && columns != kEndToEndColumns + more) {
    return misfit(card, "head " + card.head,
                  shape_of(*output) + " is neither " + std::to_string(4 + classes + more) + " channels (box, " +
                      std::to_string(classes) + " classes, " + std::to_string(card.keypoints) + " keypoints of " +
                      std::to_string(card.keypoint_values) + ") nor rows of " + std::to_string(kEndToEndColumns + more),
                  "correct labels or keypoints in the card");
  }
  KeypointForm form{card.keypoints, card.keypoint_values};
  form.slot_step = rows * columns;
  form.first = by_channel ? 4 + classes : static_cast<int>(kEndToEndColumns);
  form.anchor_step = by_channel ? 1 : columns;
  form.value_step = by_channel ? columns : 1;
  LYN_TRY(auto head, by_channel ? channels_head(device, card, session, options, more)
                                : rows_head(device, card, session, options, more));
  auto details = std::make_unique<KeypointDetails>(device, form);
  LYN_CHECK(details->lease(session.max_batch()));
  head->bring(std::move(details));
  return std::unique_ptr<Head>(std::move(head));
}

}  // namespace lyn
