#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "device/witness.h"

namespace lyn {

/// The summary's `witnesses`: what each saw, whether it agrees with the ledger, or why there is nothing.
/// Nullopt: nobody was asked to watch, or the run is not over.
nlohmann::ordered_json witness_json(const std::optional<WitnessReport>& report);
/// The same for a person: a line a witness.
std::string witness_text(const std::optional<WitnessReport>& report);

}  // namespace lyn
