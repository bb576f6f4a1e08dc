#pragma once

/// The base types of the driver API and nvcuvid, from Debian's libffmpeg-nvenc-dev: no CUDA toolkit
/// is needed to build. They pollute the global namespace and warn, so they enter here alone.
#include <cstddef>
#include <cstdint>

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wconversion"
#endif
#include <ffnvcodec/dynlink_cuda.h>
// The order matters: nvcuvid uses the types above.
#include <ffnvcodec/dynlink_cuviddec.h>
#include <ffnvcodec/dynlink_nvcuvid.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif
