#include "kernels/yolox_head.h"

namespace lyn {
namespace {

void run(const void* raw, Grid grid) {
  const YoloxArgs& args = *static_cast<const YoloxArgs*>(raw);
  for (unsigned slot = 0; slot < grid.y; ++slot) {
    for (unsigned anchor = 0; anchor < grid.x; ++anchor) {
      yolox_decode(args, static_cast<int>(slot), static_cast<int>(anchor));
    }
  }
}

}  // namespace

const Kernel kYoloxHead{"lyn_yolox_head", run, {128, 1, 1}};

}  // namespace lyn
