#include "kernels/detr_head.h"

namespace lyn {

const Kernel kDetrHead{"lyn_detr_head", each_anchor<DetrArgs, detr_decode>, {128, 1, 1}};
const Kernel kDetrDeployHead{"lyn_detr_deploy_head", each_anchor<DetrDeployArgs, detr_deploy_decode>, {128, 1, 1}};

}  // namespace lyn
