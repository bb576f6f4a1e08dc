#pragma once

#include <string>

#include "core/result.h"

namespace lyn {

/// Why a camera could not be opened or read, from libavformat's code; `late`: our own deadline passed.
/// `shown` is the URL without its password.
Error explain_rtsp(const std::string& shown, int code, bool late);

}  // namespace lyn
