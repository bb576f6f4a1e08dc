#pragma once

namespace lyn {

/// The release, as CHANGELOG.md names it.
constexpr const char* kVersion = "0.1.0";

}  // namespace lyn
