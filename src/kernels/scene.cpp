#include "kernels/scene.h"

namespace lyn {
namespace {

template <void (*step)(const SceneArgs&, int, int)>
void run(const void* raw, Grid grid) {
  const SceneArgs args = *static_cast<const SceneArgs*>(raw);
  for (int y = 0; y < static_cast<int>(grid.y); ++y) {
    for (int x = 0; x < static_cast<int>(grid.x); ++x) step(args, x, y);
  }
}

}  // namespace

const Kernel kSceneLook{"lyn_scene_look", run<scene::look>, {kSceneColumns, kSceneRows, 1}};
const Kernel kSceneFollow{"lyn_scene_follow", run<scene::follow>, {32, 8, 1}};

}  // namespace lyn
