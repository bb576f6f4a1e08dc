#include "stages/encode/colour_tags.h"

namespace lyn {

void tag_colour(AVCodecContext& context, const Colour& colour) {
  struct Tags {
    AVColorSpace matrix;
    AVColorPrimaries primaries;
    AVColorTransferCharacteristic transfer;
  };
  Tags tags{AVCOL_SPC_SMPTE170M, AVCOL_PRI_SMPTE170M, AVCOL_TRC_SMPTE170M};
  if (colour.matrix == Matrix::bt709) tags = {AVCOL_SPC_BT709, AVCOL_PRI_BT709, AVCOL_TRC_BT709};
  if (colour.matrix == Matrix::bt2020) tags = {AVCOL_SPC_BT2020_NCL, AVCOL_PRI_BT2020, AVCOL_TRC_BT2020_10};
  context.colorspace = tags.matrix;
  context.color_primaries = tags.primaries;
  context.color_trc = tags.transfer;
  context.color_range = colour.range == Range::full ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  context.chroma_sample_location = colour.siting == Siting::center    ? AVCHROMA_LOC_CENTER
                                   : colour.siting == Siting::topleft ? AVCHROMA_LOC_TOPLEFT
                                                                      : AVCHROMA_LOC_LEFT;
}

}  // namespace lyn
