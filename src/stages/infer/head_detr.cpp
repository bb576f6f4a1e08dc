#include "stages/infer/head_detr.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "kernels/detr_head.h"
#include "stages/infer/box_head.h"
#include "stages/infer/end_to_end_head.h"
#include "stages/infer/head_checks.h"

namespace lyn {
namespace {

constexpr const char* kForms = "export logits and boxes, or labels, boxes and scores: models/README.md gives each form";

/// Raw scores and boxes: what lies where, all but addresses.
class DetrHead final : public BoxHead {
 public:
  DetrHead(Device& device, const DetrArgs& form, std::size_t scores, std::size_t boxes)
      : BoxHead(device, kNoNms), form_(form), scores_(scores), boxes_(boxes) {}

 private:
  Status decode(Stream& stream, const InferenceSession& session, int batch, const Candidates& candidates) override {
    DetrArgs args = form_;
    args.scores = raw_output(session, scores_);
    args.boxes = raw_output(session, boxes_);
    args.candidates = candidates;
    return device().launch(stream, kDetrHead, args, each_anchor_of(candidates, batch));
  }

  DetrArgs form_;
  std::size_t scores_;
  std::size_t boxes_;
};

/// Which output is which, in exports with post-processing.
struct DeployOutputs {
  std::size_t labels = 0, boxes = 0, scores = 0;
};

class DetrDeployHead final : public BoxHead {
 public:
  DetrDeployHead(Device& device, const DetrDeployArgs& form, DeployOutputs outputs)
      : BoxHead(device, kNoNms), form_(form), outputs_(outputs) {}

 private:
  Status decode(Stream& stream, const InferenceSession& session, int batch, const Candidates& candidates) override {
    DetrDeployArgs args = form_;
    args.labels = raw_output(session, outputs_.labels);
    args.boxes = raw_output(session, outputs_.boxes);
    args.scores = raw_output(session, outputs_.scores);
    args.candidates = candidates;
    return device().launch(stream, kDetrDeployHead, args, each_anchor_of(candidates, batch));
  }

  DetrDeployArgs form_;
  DeployOutputs outputs_;
};

Error no_form(const ModelCard& card, const InferenceSession& session) {
  std::string has;
  for (const TensorShape& output : session.outputs()) has += (has.empty() ? "" : ", ") + shape_of(output);
  return misfit(card, "head " + card.head, "it has " + has, kForms);
}

Result<std::unique_ptr<Head>> lease(std::unique_ptr<BoxHead> head, const InferenceSession& session,
                                    std::int64_t anchors) {
  LYN_CHECK(head->lease(session.max_batch(), static_cast<int>(anchors)));
  return std::unique_ptr<Head>(std::move(head));
}

DetrArgs form_of(const ModelCard& card, const HeadOptions& options) {
  DetrArgs form;
  form.classes = static_cast<int>(card.labels.size());
  form.width = static_cast<float>(card.input_width);
  form.height = static_cast<float>(card.input_height);
  form.floor = options.floor;
  return form;
}

Result<std::unique_ptr<Head>> make_joint(Device& device, const ModelCard& card, const InferenceSession& session,
                                         const HeadOptions& options) {
  const TensorShape& output = session.outputs()[0];
  if (output.dims.size() != 3) return no_form(card, session);
  DetrArgs form = form_of(card, options);
  if (output.dims[2] != 4 + form.classes) return label_misfit(card, output, output.dims[2] - 4);
  form.score_stride = form.box_stride = 4 + form.classes;
  form.score_offset = 4;
  form.logits = false;
  return lease(std::make_unique<DetrHead>(device, form, 0, 0), session, output.dims[1] * form.classes);
}

/// Boxes are the output of four columns; where both have four, the one whose name says so.
Result<std::unique_ptr<Head>> make_raw(Device& device, const ModelCard& card, const InferenceSession& session,
                                       const HeadOptions& options) {
  const auto& outputs = session.outputs();
  for (const TensorShape& output : outputs) {
    if (output.dims.size() != 3 || output.dims[1] != outputs[0].dims[1]) return no_form(card, session);
  }
  const auto says_boxes = [&](std::size_t i) { return outputs[i].name.find("box") != std::string::npos; };
  const bool both = outputs[0].dims[2] == 4 && outputs[1].dims[2] == 4;
  const std::size_t boxes = both ? (says_boxes(0) ? 0U : 1U) : (outputs[0].dims[2] == 4 ? 0U : 1U);
  const std::size_t scores = 1 - boxes;
  if (outputs[boxes].dims[2] != 4) return no_form(card, session);
  DetrArgs form = form_of(card, options);
  if (outputs[scores].dims[2] != form.classes) return label_misfit(card, outputs[scores], outputs[scores].dims[2]);
  form.score_stride = form.classes;
  return lease(std::make_unique<DetrHead>(device, form, scores, boxes), session, outputs[0].dims[1] * form.classes);
}

std::optional<std::size_t> named(const InferenceSession& session, const char* name) {
  const auto found = std::ranges::find(session.outputs(), name, &TensorShape::name);
  if (found == session.outputs().end()) return std::nullopt;
  return static_cast<std::size_t>(found - session.outputs().begin());
}

Result<std::unique_ptr<Head>> make_deploy(Device& device, const ModelCard& card, const InferenceSession& session,
                                          const HeadOptions& options) {
  const auto& outputs = session.outputs();
  const auto labels = named(session, "labels");
  const auto boxes = named(session, "boxes");
  const auto scores = named(session, "scores");
  if (!labels || !boxes || !scores) return no_form(card, session);
  const auto& box_dims = outputs[*boxes].dims;
  const bool fits = box_dims.size() == 3 && box_dims[2] == 4 && outputs[*labels].dims.size() == 2 &&
                    outputs[*scores].dims.size() == 2 && outputs[*labels].dims[1] == box_dims[1] &&
                    outputs[*scores].dims[1] == box_dims[1];
  if (!fits) return no_form(card, session);
  DetrDeployArgs form;
  form.classes = static_cast<int>(card.labels.size());
  form.floor = options.floor;
  if (!session.takes_sizes() && card.boxes == BoxUnit::normalised) {
    form.width = static_cast<float>(card.input_width);
    form.height = static_cast<float>(card.input_height);
  }
  return lease(std::make_unique<DetrDeployHead>(device, form, DeployOutputs{*labels, *boxes, *scores}), session,
               box_dims[1]);
}

}  // namespace

Result<std::unique_ptr<Head>> make_detr_head(Device& device, const ModelCard& card, const InferenceSession& session,
                                             const HeadOptions& options) {
  switch (session.outputs().size()) {
    case 1:
      return make_joint(device, card, session, options);
    case 2:
      return make_raw(device, card, session, options);
    case 3:
      return make_deploy(device, card, session, options);
    default:
      return no_form(card, session);
  }
}

Result<std::unique_ptr<Head>> make_topk_detr_head(Device& device, const ModelCard& card,
                                                  const InferenceSession& session, const HeadOptions& options) {
  LYN_CHECK(check_output_count(card, session, 1));
  const TensorShape& output = session.outputs()[0];
  EndToEndArgs form;
  if (output.dims.size() != 3 || output.dims[2] != form.columns) {
    return misfit(card, "head " + card.head, shape_of(output) + " is not [N,queries,6]", "write head: rtdetr");
  }
  form.classes = static_cast<int>(card.labels.size());
  form.floor = options.floor;
  form.centred = true;
  form.width = static_cast<float>(card.input_width);
  form.height = static_cast<float>(card.input_height);
  return lease(std::make_unique<EndToEndHead>(device, form, 0), session, output.dims[1]);
}

}  // namespace lyn
