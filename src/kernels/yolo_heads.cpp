#include "kernels/yolo_heads.h"

namespace lyn {

const Kernel kYolov5Head{"lyn_yolov5_head", each_anchor<Yolov5Args, yolov5_decode>, {128, 1, 1}};
const Kernel kYolov8Head{"lyn_yolov8_head", each_anchor<Yolov8Args, yolov8_decode>, {128, 1, 1}};
const Kernel kEndToEndHead{"lyn_end_to_end_head", each_anchor<EndToEndArgs, end_to_end_decode>, {128, 1, 1}};

}  // namespace lyn
