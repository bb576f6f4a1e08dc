#pragma once

#include "core/media.h"
#include "core/result.h"
#include "device/cuda/context.h"
#include "device/cuda/nvcuvid_api.h"

namespace lyn {

/// nvcuvid's name of a codec; an error for those that it has no name for.
Result<cudaVideoCodec> nvdec_codec(const StreamInfo& stream);

/// What a decoder is asked to do.
struct NvdecDemand {
  cudaVideoCodec codec = cudaVideoCodec_NumCodecs;
  cudaVideoChromaFormat chroma = cudaVideoChromaFormat_420;
  unsigned bit_depth = 8;
  unsigned width = 0;  ///< coded; 0: not known yet
  unsigned height = 0;
};

NvdecDemand nvdec_demand(cudaVideoCodec codec, const StreamInfo& stream);

/// Asks the GPU (cuvidGetDecoderCaps) before anything is made. The error names what was asked and the
/// GPU's limit. The context must be current.
Status nvdec_admits(const cuda::Context& context, const NvdecDemand& demand);

/// The surface format that keeps every bit: NV12, P016, or their 4:4:4 forms.
cudaVideoSurfaceFormat nvdec_output(const NvdecDemand& demand);

}  // namespace lyn
