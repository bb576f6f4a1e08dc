#include "kernels/motion.h"

#include "kernels/motion_components.h"
#include "kernels/motion_reduce.h"
#include "kernels/simd_versions.h"

namespace lyn {
namespace {

// Arguments are copied: the compiler then knows that no step changes them.
template <void (*step)(const MotionArgs&, int, int)>
void by_cells(const void* raw, Grid grid) {
  const MotionArgs args = *static_cast<const MotionArgs*>(raw);
  for (int y = 0; y < static_cast<int>(grid.y); ++y) {
    for (int x = 0; x < static_cast<int>(grid.x); ++x) step(args, x, y);
  }
}

template <void (*step)(const MotionArgs&, int)>
void by_items(const void* raw, Grid grid) {
  const MotionArgs args = *static_cast<const MotionArgs*>(raw);
  for (int i = 0; i < static_cast<int>(grid.x); ++i) step(args, i);
}

template <void (*step)(const MotionArgs&)>
void once(const void* raw, Grid) {
  step(*static_cast<const MotionArgs*>(raw));
}

void reduce(const void* raw) {
  motion::reduce_rows(*static_cast<const MotionArgs*>(raw));
}

constexpr Grid kTile{32, 8, 1};
constexpr Grid kLine{128, 1, 1};
constexpr Grid kOne{1, 1, 1};

}  // namespace

const Kernel kMotionBegin{"lyn_motion_begin", by_items<motion::begin>, kLine};
const Kernel kMotionReduce{"lyn_motion_reduce", fastest<reduce>(), kTile};
const Kernel kMotionProfile{"lyn_motion_profile", by_items<motion::profile>, kLine};
const Kernel kMotionAlign{"lyn_motion_align", by_items<motion::align>, {32, 1, 1}};
const Kernel kMotionChoose{"lyn_motion_choose", once<motion::choose>, kOne};
const Kernel kMotionRange{"lyn_motion_range", by_cells<motion::range>, kTile};
const Kernel kMotionCompare{"lyn_motion_compare", by_cells<motion::compare>, kTile};
const Kernel kMotionTone{"lyn_motion_tone", by_items<motion::tone>, {32, 1, 1}};
const Kernel kMotionToned{"lyn_motion_toned", once<motion::toned>, kOne};
const Kernel kMotionRecount{"lyn_motion_recount", by_cells<motion::recount>, kTile};
const Kernel kMotionDecide{"lyn_motion_decide", once<motion::decide>, kOne};
const Kernel kMotionClassify{"lyn_motion_classify", by_cells<motion::classify>, kTile};
const Kernel kMotionClean{"lyn_motion_clean", by_cells<motion::clean>, kTile};
const Kernel kMotionUpdate{"lyn_motion_update", by_cells<motion::update>, kTile};
const Kernel kMotionWiden{"lyn_motion_widen", by_cells<motion::widen>, kTile};
const Kernel kMotionHeighten{"lyn_motion_heighten", by_cells<motion::heighten>, kTile};
const Kernel kMotionPrepare{"lyn_motion_prepare", by_cells<motion::prepare>, kTile};
const Kernel kMotionMerge{"lyn_motion_merge", by_cells<motion::merge>, kTile};
const Kernel kMotionMeasure{"lyn_motion_measure", by_cells<motion::measure>, kTile};
const Kernel kMotionGather{"lyn_motion_gather", by_cells<motion::gather>, kTile};

}  // namespace lyn
