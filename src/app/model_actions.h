#pragma once

#include "app/arguments.h"
#include "core/result.h"

namespace lyn {

/// Guesses a card, writes it, and holds it against the graph by loading both.
Status add_model(const ModelArguments& arguments);
/// One picture through decode, letterbox, model, head and overlay, as a run has them.
Status test_model(const ModelArguments& arguments);
/// Has TensorRT compile the engines that a run with these settings loads, a device after the other, and says meanwhile
/// how long it has been at it.
Status build_model(const ModelArguments& arguments);
Status list_models(const ModelArguments& arguments);

}  // namespace lyn
