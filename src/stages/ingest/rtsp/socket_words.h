#pragma once

#include "core/result.h"

namespace lyn::rtsp {

/// Why no connection came to be, from errno. The source is not named.
Error explain_connect(int code);
/// Why a connection ended from the other side, from errno; 0: it was closed.
Error explain_lost(int code);

}  // namespace lyn::rtsp
