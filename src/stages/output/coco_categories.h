#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lyn {

/// COCO's category id (1 to 90, with gaps: instances_val2017.json) of one of its 80 labels, also under the
/// names that Darknet gave some of them ("motorbike"); 0 for any other label.
int coco_category(std::string_view label);

/// Category id by class. Where every label is COCO's, COCO's; otherwise classes count from 1.
std::vector<int> coco_categories(const std::vector<std::string>& labels);

}  // namespace lyn
