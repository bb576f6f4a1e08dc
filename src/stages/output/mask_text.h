#pragma once

#include <string>

#include "core/detection.h"

namespace lyn {

/// A mask's cells as COCO writes run lengths in text (`counts` beside `size`: [rows, columns], as its mask API
/// reads them): lengths of runs down the columns, of zeros first, each after the second as the difference to the
/// one before the last, in groups of five bits.
void append_run_lengths(std::string& text, const Mask& mask);

}  // namespace lyn
