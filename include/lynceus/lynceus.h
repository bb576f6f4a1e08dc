#pragma once

/// The whole public API but for DLPack's structures, which are in lynceus/dlpack.h.
#include "lynceus/open_device.h"   // IWYU pragma: export
#include "lynceus/picture.h"       // IWYU pragma: export
#include "lynceus/pipeline.h"      // IWYU pragma: export
#include "lynceus/result.h"        // IWYU pragma: export
#include "lynceus/video_source.h"  // IWYU pragma: export
