#include "kernels/keypoints.h"

namespace lyn {
namespace {

void run(const void* raw, Grid grid) {
  const KeypointArgs& args = *static_cast<const KeypointArgs*>(raw);
  for (unsigned slot = 0; slot < grid.y; ++slot) {
    const int there = args.results.host_view()[slot].count * args.count;
    const int all = there < static_cast<int>(grid.x) ? there : static_cast<int>(grid.x);
    for (int index = 0; index < all; ++index) gather_keypoint(args, static_cast<int>(slot), index);
  }
}

}  // namespace

const Kernel kGatherKeypoints{"lyn_gather_keypoints", run, {128, 1, 1}};

}  // namespace lyn
