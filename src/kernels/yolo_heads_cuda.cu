// Output decoding of the YOLO family, a thread an anchor. The arithmetic is yolo_heads.h's.
#include "kernels/yolo_heads.h"

namespace {
template <class Args, class Decode>
__device__ void decode_anchor(const Args& args, Decode decode) {
  const int anchor = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (anchor < args.candidates.anchors) decode(args, static_cast<int>(blockIdx.y), anchor);
}
}  // namespace

extern "C" __global__ void lyn_yolov5_head(lyn::Yolov5Args args) {
  decode_anchor(args, [](const auto& a, int slot, int anchor) { lyn::yolov5_decode(a, slot, anchor); });
}

extern "C" __global__ void lyn_yolov8_head(lyn::Yolov8Args args) {
  decode_anchor(args, [](const auto& a, int slot, int anchor) { lyn::yolov8_decode(a, slot, anchor); });
}

extern "C" __global__ void lyn_end_to_end_head(lyn::EndToEndArgs args) {
  decode_anchor(args, [](const auto& a, int slot, int anchor) { lyn::end_to_end_decode(a, slot, anchor); });
}
