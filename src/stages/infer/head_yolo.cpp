#include "stages/infer/head_yolo.h"

#include <optional>
#include <string>
#include <utility>

#include "kernels/yolo_heads.h"
#include "stages/infer/box_head.h"
#include "stages/infer/end_to_end_head.h"
#include "stages/infer/head_checks.h"
#include "stages/infer/keypoint_details.h"
#include "stages/infer/mask_details.h"

namespace lyn {
namespace {

constexpr std::int64_t kEndToEndColumns = 6;

class Yolov5Head final : public BoxHead {
 public:
  Yolov5Head(Device& device, const HeadOptions& options, int classes)
      : BoxHead(device, options.nms), floor_(options.floor), classes_(classes) {}

 private:
  Status decode(Stream& stream, const InferenceSession& session, int batch, const Candidates& candidates) override {
    const Yolov5Args args{raw_output(session, 0), candidates, classes_, floor_};
    return device().launch(stream, kYolov5Head, args, each_anchor_of(candidates, batch));
  }

  float floor_;
  int classes_;
};

class Yolov8Head final : public BoxHead {
 public:
  Yolov8Head(Device& device, const HeadOptions& options, int classes, int channels, std::size_t output)
      : BoxHead(device, options.nms), floor_(options.floor), classes_(classes), channels_(channels), output_(output) {}

 private:
  Status decode(Stream& stream, const InferenceSession& session, int batch, const Candidates& candidates) override {
    const Yolov8Args args{raw_output(session, output_), candidates, channels_, classes_, floor_};
    return device().launch(stream, kYolov8Head, args, each_anchor_of(candidates, batch));
  }

  float floor_;
  int classes_;
  int channels_;
  std::size_t output_;
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

/// How boxes and what goes with them lie in an output of three dimensions.
struct BoxForm {
  std::size_t output = 0;
  int more = 0;            ///< values of an anchor behind box and scores, or behind box, score and class
  bool by_channel = true;  ///< [N,4+C+more,A]; else [N,A,6+more], chosen in the graph
  int first = 0;           ///< value of an anchor at which `more` begins
  std::int64_t slot_step = 0;
  std::int64_t anchor_step = 0;
  std::int64_t value_step = 0;
};

/// Nothing where the output is neither.
std::optional<BoxForm> form_of(const TensorShape& shape, std::size_t output, int classes, int more) {
  const std::int64_t rows = shape.dims[1];
  const std::int64_t columns = shape.dims[2];
  if (rows == 4 + classes + more) return BoxForm{output, more, true, 4 + classes, rows * columns, 1, columns};
  if (columns != kEndToEndColumns + more) return std::nullopt;
  return BoxForm{output, more, false, static_cast<int>(kEndToEndColumns), rows * columns, columns, 1};
}

Result<std::unique_ptr<BoxHead>> make_boxes(Device& device, const ModelCard& card, const InferenceSession& session,
                                            const HeadOptions& options, const BoxForm& form) {
  const int classes = classes_of(card);
  const auto& dims = session.outputs()[form.output].dims;
  if (form.by_channel) {
    const int channels = 4 + classes + form.more;
    return leased(std::make_unique<Yolov8Head>(device, options, classes, channels, form.output), session, dims[2]);
  }
  EndToEndArgs rows;
  rows.columns = static_cast<int>(kEndToEndColumns) + form.more;
  rows.classes = classes;
  rows.floor = options.floor;
  return leased(std::make_unique<EndToEndHead>(device, rows, form.output), session, dims[1]);
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
  if (const auto form = form_of(*output, 0, classes_of(card), 0)) {
    return as_head(make_boxes(device, card, session, options, *form));
  }
  if (output->dims[2] == 5 + classes) {
    return misfit(card, "head " + card.head, shape_of(*output) + " has an objectness and anchors first",
                  "write head: yolov5");
  }
  return label_misfit(card, *output, output->dims[1] - 4);
}

namespace {

/// "[N,11,4] is neither 14 channels (box, 1 classes, WHAT) nor rows of 15".
Error no_form(const ModelCard& card, const TensorShape& output, int more, const std::string& what,
              const std::string& remedy) {
  const int classes = classes_of(card);
  return misfit(card, "head " + card.head,
                shape_of(output) + " is neither " + std::to_string(4 + classes + more) + " channels (box, " +
                    std::to_string(classes) + " classes, " + what + ") nor rows of " +
                    std::to_string(kEndToEndColumns + more),
                remedy);
}

}  // namespace

Result<std::unique_ptr<Head>> make_yolov8_pose_head(Device& device, const ModelCard& card,
                                                    const InferenceSession& session, const HeadOptions& options) {
  LYN_TRY(const TensorShape* const output,
          only_output(card, session, "[N,4+classes+keypoints,anchors] or [N,anchors,6+keypoints]"));
  const int more = card.keypoints * card.keypoint_values;
  const auto form = form_of(*output, 0, classes_of(card), more);
  if (!form) {
    const std::string points = std::to_string(card.keypoints) + " keypoints of " + std::to_string(card.keypoint_values);
    return no_form(card, *output, more, points, "correct labels or keypoints in the card");
  }
  LYN_TRY(auto head, make_boxes(device, card, session, options, *form));
  auto details =
      std::make_unique<KeypointDetails>(device, KeypointForm{card.keypoints, card.keypoint_values, form->first,
                                                             form->slot_step, form->anchor_step, form->value_step});
  LYN_CHECK(details->lease(session.max_batch()));
  head->bring(std::move(details));
  return std::unique_ptr<Head>(std::move(head));
}

Result<std::unique_ptr<Head>> make_yolov8_seg_head(Device& device, const ModelCard& card,
                                                   const InferenceSession& session, const HeadOptions& options) {
  LYN_CHECK(check_output_count(card, session, 2));
  const auto& outputs = session.outputs();
  const std::size_t boxes = outputs[0].dims.size() == 3 ? 0 : 1;
  const std::size_t prototypes = 1 - boxes;
  if (outputs[boxes].dims.size() != 3 || outputs[prototypes].dims.size() != 4) {
    return misfit(card, "head " + card.head, shape_of(outputs[0]) + ", " + shape_of(outputs[1]),
                  "it takes boxes of three dimensions and prototypes [N,P,rows,columns]");
  }
  const auto& dims = outputs[prototypes].dims;
  const int count = static_cast<int>(dims[1]);
  const auto form = form_of(outputs[boxes], boxes, classes_of(card), count);
  if (!form || count > kMostPrototypes) {
    return no_form(card, outputs[boxes], count, std::to_string(count) + " coefficients", "correct labels in the card");
  }
  LYN_TRY(auto head, make_boxes(device, card, session, options, *form));
  const MaskGrid grid{static_cast<std::int32_t>(dims[3]), static_cast<std::int32_t>(dims[2]),
                      static_cast<float>(dims[3]) / static_cast<float>(card.input_width),
                      static_cast<float>(dims[2]) / static_cast<float>(card.input_height)};
  auto details = std::make_unique<MaskDetails>(device, MaskForm{grid, count, boxes, prototypes, form->first,
                                                                form->slot_step, form->anchor_step, form->value_step});
  LYN_CHECK(details->lease(session.max_batch()));
  head->bring(std::move(details));
  return std::unique_ptr<Head>(std::move(head));
}

}  // namespace lyn
