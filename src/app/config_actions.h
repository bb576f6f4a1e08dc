#pragma once

#include "app/arguments.h"
#include "core/result.h"

namespace lyn {

/// `config migrate`: writes the new file, and says on stderr, or as JSON on stdout, what became of each key.
Status migrate_configuration(const ConfigArguments& arguments);

}  // namespace lyn
