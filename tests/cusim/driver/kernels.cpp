#include "cusim/driver/kernels.h"

#include <algorithm>
#include <array>
#include <cstring>

// The GPU's own code, compiled for the host.
#include "cusim/driver/grid_words.h"
#include "kernels/compose_cuda.cu"
#include "kernels/detr_head_cuda.cu"
#include "kernels/draw_cuda.cu"
#include "kernels/jpeg_colour_cuda.cu"
#include "kernels/keypoints_cuda.cu"
#include "kernels/letterbox_area_cuda.cu"
#include "kernels/letterbox_cuda.cu"
#include "kernels/masks_cuda.cu"
#include "kernels/motion_cuda.cu"
#include "kernels/one_field_cuda.cu"
#include "kernels/rgb_to_yuv_cuda.cu"
#include "kernels/scene_cuda.cu"
#include "kernels/yolo_heads_cuda.cu"
#include "kernels/yolox_head_cuda.cu"

// Threads of these work together: the form for `cpu` stands in.
#include "kernels/classify.h"
#include "kernels/frame_hash.h"
#include "kernels/nms.h"

namespace cusim {
namespace {

/// Every thread of the grid, the last first: on a GPU no order is promised either.
template <auto kernel, class Args>
void threads(const void* raw, lyn::Grid blocks, lyn::Grid block) {
  const Args& args = *static_cast<const Args*>(raw);
  blockDim = {block.x, block.y, block.z};
  for (blockIdx.z = blocks.z; blockIdx.z-- > 0;)
    for (blockIdx.y = blocks.y; blockIdx.y-- > 0;)
      for (blockIdx.x = blocks.x; blockIdx.x-- > 0;)
        for (threadIdx.z = block.z; threadIdx.z-- > 0;)
          for (threadIdx.y = block.y; threadIdx.y-- > 0;)
            for (threadIdx.x = block.x; threadIdx.x-- > 0;) kernel(args);
}

template <class Args>
constexpr CUfunc_st row(const char* name, void (*run)(const void*, lyn::Grid, lyn::Grid)) {
  return {name, sizeof(Args), run};
}

template <const lyn::Kernel& kernel>
void whole(const void* args, lyn::Grid blocks, lyn::Grid block) {
  kernel.host(args, {blocks.x * block.x, blocks.y * block.y, blocks.z * block.z});
}

#define LYN_THREADS(name, args) row<lyn::args>(#name, threads<name, lyn::args>)
#define LYN_WHOLE(name, kernel, args) row<lyn::args>(#name, whole<lyn::kernel>)

auto& table() {
  static std::array rows{
      LYN_THREADS(lyn_compose, ComposeArgs),
      LYN_THREADS(lyn_detr_head, DetrArgs),
      LYN_THREADS(lyn_detr_deploy_head, DetrDeployArgs),
      LYN_THREADS(lyn_draw, DrawArgs),
      LYN_THREADS(lyn_jpeg_colour, JpegColourArgs),
      LYN_THREADS(lyn_gather_keypoints, KeypointArgs),
      LYN_THREADS(lyn_letterbox8, LetterboxArgs),
      LYN_THREADS(lyn_letterbox16, LetterboxArgs),
      LYN_THREADS(lyn_letterbox_area8, LetterboxArgs),
      LYN_THREADS(lyn_letterbox_area16, LetterboxArgs),
      LYN_THREADS(lyn_place_masks, MaskArgs),
      LYN_THREADS(lyn_fill_masks, MaskArgs),
      LYN_THREADS(lyn_motion_begin, MotionArgs),
      LYN_THREADS(lyn_motion_reduce, MotionArgs),
      LYN_THREADS(lyn_motion_profile, MotionArgs),
      LYN_THREADS(lyn_motion_align, MotionArgs),
      LYN_THREADS(lyn_motion_choose, MotionArgs),
      LYN_THREADS(lyn_motion_range, MotionArgs),
      LYN_THREADS(lyn_motion_compare, MotionArgs),
      LYN_THREADS(lyn_motion_tone, MotionArgs),
      LYN_THREADS(lyn_motion_toned, MotionArgs),
      LYN_THREADS(lyn_motion_recount, MotionArgs),
      LYN_THREADS(lyn_motion_decide, MotionArgs),
      LYN_THREADS(lyn_motion_classify, MotionArgs),
      LYN_THREADS(lyn_motion_clean, MotionArgs),
      LYN_THREADS(lyn_motion_update, MotionArgs),
      LYN_THREADS(lyn_motion_widen, MotionArgs),
      LYN_THREADS(lyn_motion_heighten, MotionArgs),
      LYN_THREADS(lyn_motion_prepare, MotionArgs),
      LYN_THREADS(lyn_motion_merge, MotionArgs),
      LYN_THREADS(lyn_motion_measure, MotionArgs),
      LYN_THREADS(lyn_motion_gather, MotionArgs),
      LYN_THREADS(lyn_one_field, OneFieldArgs),
      LYN_THREADS(lyn_rgb_to_yuv, RgbToYuvArgs),
      LYN_THREADS(lyn_scene_look, SceneArgs),
      LYN_THREADS(lyn_scene_follow, SceneArgs),
      LYN_THREADS(lyn_yolov5_head, Yolov5Args),
      LYN_THREADS(lyn_yolov8_head, Yolov8Args),
      LYN_THREADS(lyn_end_to_end_head, EndToEndArgs),
      LYN_THREADS(lyn_yolox_head, YoloxArgs),
      LYN_WHOLE(lyn_classify, kClassify, ClassifyArgs),
      LYN_WHOLE(lyn_frame_hash_begin, kFrameHashBegin, FrameHashArgs),
      LYN_WHOLE(lyn_frame_hash, kFrameHash, FrameHashArgs),
      LYN_WHOLE(lyn_nms, kNms, NmsArgs),
  };
  return rows;
}

}  // namespace

CUfunc_st* find_kernel(const char* name) {
  const auto found =
      std::ranges::find_if(table(), [&](const CUfunc_st& row) { return std::strcmp(row.name, name) == 0; });
  return found == table().end() ? nullptr : &*found;
}

}  // namespace cusim
