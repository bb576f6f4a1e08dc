#include "kernels/yolox_head.h"

namespace lyn {

const Kernel kYoloxHead{"lyn_yolox_head", each_anchor<YoloxArgs, yolox_decode>, {128, 1, 1}};

}  // namespace lyn
