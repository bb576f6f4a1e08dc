#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/result.h"

namespace lyn {

/// What has to happen for a run to change from one configuration to another.
struct ReloadPlan {
  std::vector<std::string> ended;    ///< ids: removed, switched off
  std::vector<std::size_t> added;    ///< places in the new configuration: new, switched on
  std::vector<std::size_t> changed;  ///< likewise: ended and started anew
  [[nodiscard]] bool empty() const { return ended.empty() && added.empty() && changed.empty(); }
  /// "1 added (yard), 1 changed (gate)", or "no camera changed".
  [[nodiscard]] std::string text(const Config& next) const;
};

/// Errors (kind `usage`): what cannot change while the program runs, by its key; an output that cannot be written.
Result<ReloadPlan> plan_reload(const Config& now, const Config& next);

/// On `cuda` a model is captured as a graph when it is loaded, which the calls of cameras that run would spoil: the
/// model of a new camera must be there already. Error `usage`: it is not.
Status check_prepared(const Config& now, const Config& next, const ReloadPlan& plan);

}  // namespace lyn
