#include "stages/preprocess/letterbox_args.h"

#include "kernels/letterbox_area.h"

namespace lyn {
namespace {

void describe_planes(const Image& image, LetterboxArgs& args) {
  const PixelFormat& format = image.format;
  const bool grey = format.chroma == Chroma::grey;
  const bool pairs = format.layout == Layout::semi_planar;
  for (std::size_t i = 0; i < 3; ++i) {
    const Plane& plane = image.planes[i == 2 && pairs ? 1 : i];
    args.planes[i] = plane.data.as<const std::uint8_t>();
    args.pitch[i] = plane.pitch;
  }
  if (pairs) args.planes[2] = args.planes[1].offset_bytes(format.sample_bytes());
  args.luma_width = image.width;
  args.chroma_width = (image.width + (1 << format.chroma_shift_x()) - 1) >> format.chroma_shift_x();
  args.chroma_step = grey ? 0 : pairs ? 2 : 1;
  args.low_zero_bits = format.high_bits ? 16 - format.bit_depth : 0;
  args.shift = format.bit_depth + 6;
  args.matrix = make_colour_matrix(image.colour.matrix, image.colour.range, format.bit_depth);
}

void describe_slot(const InputSpec& spec, LetterboxArgs& args) {
  args.slot_width = spec.width;
  args.slot_height = spec.height;
  args.type = spec.type;
  args.bgr = spec.order == ColourOrder::bgr;
  args.interleaved = spec.layout == SlotLayout::nhwc;
  args.pad_value = spec.pad_value;
  for (int c = 0; c < 3; ++c) {
    args.multiplier[c] = static_cast<float>(double{spec.scale} / double{spec.std[c]});
    args.bias[c] = static_cast<float>(0.0 - double{spec.mean[c]} / double{spec.std[c]});
  }
}

void describe_tables(const LetterboxTables& tables, LetterboxArgs& args) {
  args.luma_x = tables.luma_x;
  args.luma_y = tables.luma_y;
  args.chroma_x = tables.chroma_x;
  args.chroma_y = tables.chroma_y;
  args.columns = tables.columns;
  args.rows = tables.rows;
  args.offset_x = tables.geometry.offset_x;
  args.offset_y = tables.geometry.offset_y;
  args.turned = tables.key.rotation % 2 == 1;
}

}  // namespace

Result<LetterboxArgs> letterbox_args(Device& device, Stream& stream, const Image& image, const InputSpec& spec,
                                     LetterboxTableCache& cache) {
  const TableKey key{image.width, image.height, image.format.chroma, image.colour.siting, image.rotation};
  LYN_TRY(const LetterboxTables* tables, cache.find(device, stream, key, spec));
  LetterboxArgs args{};
  describe_planes(image, args);
  describe_slot(spec, args);
  if (spec.resize == Resize::area) args.shift = letterbox_area::shift_of(image.format.bit_depth);
  describe_tables(*tables, args);
  return args;
}

}  // namespace lyn
