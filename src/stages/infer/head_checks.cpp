#include "stages/infer/head_checks.h"

#include "stages/infer/graph.h"

namespace lyn {

Error misfit(const ModelCard& card, const std::string& field, const std::string& has, const std::string& remedy) {
  return {ErrorKind::device, card.path + ": " + field + " does not fit " + card.onnx + ": " + has, remedy};
}

std::string shape_of(const TensorShape& tensor) {
  std::string text = "output \"" + tensor.name + "\" [N";
  for (std::size_t i = 1; i < tensor.dims.size(); ++i) text += "," + std::to_string(tensor.dims[i]);
  return text + "]";
}

Status check_output_count(const ModelCard& card, const InferenceSession& session, std::size_t wanted) {
  const std::size_t has = session.outputs().size();
  if (has == wanted) return {};
  return misfit(card, "head " + card.head,
                "it has " + std::to_string(has) + (has == 1 ? " output" : " outputs") + " and not " +
                    (wanted == 1 ? "one" : std::to_string(wanted)),
                "name another head, or export the model in the form that models/README.md gives for this one");
}

Error label_misfit(const ModelCard& card, const TensorShape& output, std::int64_t classes) {
  return misfit(card, "labels",
                std::to_string(card.labels.size()) + " labels, but " + shape_of(output) + " has " +
                    std::to_string(classes) + " classes",
                "give one label for each class, in the model's order");
}

RawOutput raw_output(const InferenceSession& session, std::size_t index) {
  return {session.output_address(index).as<const std::uint8_t>(), session.outputs()[index].type};
}

}  // namespace lyn
