#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/letterbox.h"

/// The letterbox on a CPU, by lines of the stored picture instead of by pixels: the two source rows are
/// blended first over the columns that are needed (contiguous), then sampled, then turned to RGB. Every
/// step is one of letterbox.h's functions, so the bits are those of letterbox::slot_pixel.
///
/// Everything is done in chunks of at most kSpan source samples and kOutputs outputs, so that scratch
/// is on the stack, stays in the first cache level, and no width is too large.
namespace lyn::letterbox {

constexpr int kSpan = 2048;
constexpr int kOutputs = 1024;

/// What a line leaves: pixel values of a chunk, one plane a colour in the slot's order.
struct ChunkPixels {
  std::uint8_t value[3][kOutputs];
};

struct LineScratch {
  std::uint32_t blended[2 * kSpan + 2];
  std::int32_t y[kOutputs], u[kOutputs], v[kOutputs];
};

/// How many outputs a chunk may have: their taps span at most kSpan luma samples, and chroma no more.
inline int chunk_outputs(const LetterboxArgs& args) {
  const std::int64_t fit = 1 + static_cast<std::int64_t>(kSpan - 4) * args.columns / args.luma_width;
  return static_cast<int>(std::min<std::int64_t>(fit, kOutputs));
}

/// Columns of a plane that the outputs [begin, end) read: from `first`, `count` of them.
struct Span {
  int first, count;
};
inline Span span_of(const std::int32_t* index, int begin, int end, int width) {
  const auto [low, high] = std::minmax(index[begin], index[end - 1]);
  return {low, std::min(high + 2, width) - low};
}

/// The two rows that output `row` of a plane lies between, blended over `span`; one zero pair more behind
/// them, which only a weight of 0 meets.
template <class Sample>
inline void blend_rows(const LetterboxArgs& args, int plane, int step, const LetterboxTaps& down, int row, Span span,
                       std::uint32_t* __restrict out) {
  const auto weight = static_cast<std::uint32_t>(down.weight.host_view()[row]);
  const std::uint8_t* top = args.planes[plane].host_view() + down.index.host_view()[row] * args.pitch[plane];
  const auto* first = reinterpret_cast<const Sample*>(top) + static_cast<std::int64_t>(span.first) * step;
  const auto* second = weight == 0 ? first : first + args.pitch[plane] / static_cast<std::int64_t>(sizeof(Sample));
  const int count = span.count * step;
  const int zeros = sizeof(Sample) == 1 ? 0 : args.low_zero_bits;
  for (int i = 0; i < count; ++i) {
    out[i] =
        blend(static_cast<std::uint32_t>(first[i]) >> zeros, static_cast<std::uint32_t>(second[i]) >> zeros, weight);
  }
  for (int i = 0; i < step; ++i) out[count + i] = 0;
}

/// Samples a blended row at the outputs [begin, end).
template <int step>
inline void sample_row(const std::uint32_t* __restrict blended, int first, const LetterboxTaps& along, int begin,
                       int end, int shift, std::int32_t* __restrict out) {
  const std::int32_t* __restrict index = along.index.host_view() + begin;
  const std::int32_t* __restrict weight = along.weight.host_view() + begin;
  const int count = end - begin;
  for (int i = 0; i < count; ++i) {
    const int at = (index[i] - first) * step;
    out[i] = narrow(blend(blended[at], blended[at + step], static_cast<std::uint32_t>(weight[i])), shift);
  }
}

template <class Sample>
inline void sample_chroma(const LetterboxArgs& args, int row, int begin, int end, LineScratch& scratch) {
  const Span span = span_of(args.chroma_x.index.host_view(), begin, end, args.chroma_width);
  blend_rows<Sample>(args, 1, args.chroma_step, args.chroma_y, row, span, scratch.blended);
  if (args.chroma_step == 2) {
    sample_row<2>(scratch.blended, span.first, args.chroma_x, begin, end, args.shift, scratch.u);
    sample_row<2>(scratch.blended + 1, span.first, args.chroma_x, begin, end, args.shift, scratch.v);
    return;
  }
  sample_row<1>(scratch.blended, span.first, args.chroma_x, begin, end, args.shift, scratch.u);
  blend_rows<Sample>(args, 2, 1, args.chroma_y, row, span, scratch.blended);
  sample_row<1>(scratch.blended, span.first, args.chroma_x, begin, end, args.shift, scratch.v);
}

/// `count` outputs of a line, as pixels. Of grey there is no chroma yet.
inline void to_pixels(const LetterboxArgs& args, int count, LineScratch& scratch, ChunkPixels& pixels) {
  if (args.chroma_step == 0) {
    std::fill_n(scratch.u, count, colour_matrix::kNeutral);
    std::fill_n(scratch.v, count, colour_matrix::kNeutral);
  }
  const ColourMatrix matrix = args.matrix;
  std::uint8_t* __restrict red = pixels.value[args.bgr ? 2 : 0];
  std::uint8_t* __restrict green = pixels.value[1];
  std::uint8_t* __restrict blue = pixels.value[args.bgr ? 0 : 2];
  for (int i = 0; i < count; ++i) {
    const Rgb rgb = to_rgb(matrix, scratch.y[i], scratch.u[i], scratch.v[i]);
    red[i] = static_cast<std::uint8_t>(rgb.red);
    green[i] = static_cast<std::uint8_t>(rgb.green);
    blue[i] = static_cast<std::uint8_t>(rgb.blue);
  }
}

/// Lines for fill_slot.
struct BilinearLines {
  static int chunk_outputs(const LetterboxArgs& args) { return letterbox::chunk_outputs(args); }

  /// Outputs [begin, end) of stored line `row`.
  template <class Sample>
  static void pixels(const LetterboxArgs& args, int row, int begin, int end, LineScratch& scratch,
                     ChunkPixels& pixels) {
    const Span span = span_of(args.luma_x.index.host_view(), begin, end, args.luma_width);
    blend_rows<Sample>(args, 0, 1, args.luma_y, row, span, scratch.blended);
    sample_row<1>(scratch.blended, span.first, args.luma_x, begin, end, args.shift, scratch.y);
    if (args.chroma_step != 0) sample_chroma<Sample>(args, row, begin, end, scratch);
    to_pixels(args, end - begin, scratch, pixels);
  }
};

}  // namespace lyn::letterbox
