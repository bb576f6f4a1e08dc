#pragma once

#include <string>

#include "core/detection.h"

namespace lyn {

/// A mask's cells as COCO writes run lengths in text (`counts` beside `size`: [rows, columns], as its mask API
/// reads them): lengths of runs down the columns, of zeros first, each after the second as the difference to the
/// one before the last, in groups of five bits.
void append_run_lengths(std::string& text, const Mask& mask);

/// The same of a whole picture, as displayed: a pixel is filled when its middle lies in a filled cell. Allocates only
/// where a mask has more rows than any before it on this thread.
void append_picture_run_lengths(std::string& text, const Mask& mask, int width, int height);

}  // namespace lyn
