#pragma once

#include <cstddef>
#include <string>

#include "core/result.h"
#include "kernels/raw_output.h"
#include "stages/infer/model_card.h"
#include "stages/infer/session.h"

/// What heads ask of a graph before they take it.
namespace lyn {

/// "CARD: FIELD does not fit GRAPH: HAS", kind `device`.
Error misfit(const ModelCard& card, const std::string& field, const std::string& has, const std::string& remedy);

/// `output "output0" [N,84,8400]`.
std::string shape_of(const TensorShape& tensor);

/// That the graph has so many outputs.
Status check_output_count(const ModelCard& card, const InferenceSession& session, std::size_t wanted);

/// The refusal of labels that are not one a class of the graph.
Error label_misfit(const ModelCard& card, const TensorShape& output, std::int64_t classes);

/// Output `index` of a session as kernels read it.
RawOutput raw_output(const InferenceSession& session, std::size_t index);

}  // namespace lyn
