#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/letterbox_area.h"
#include "kernels/letterbox_line.h"

/// `resize: area` on a CPU, by lines as letterbox_line.h: the source rows of a line are summed over the columns that
/// are needed, then across. Sums are exact, so the bits are those of letterbox_area::slot_pixel.
namespace lyn::letterbox_area {

/// Source samples that the taps of a chunk span, at most.
constexpr int kSpan = letterbox::kSpan;

/// Whether the rows of one output fit the scratch; else it is done pixel by pixel.
inline bool fits(const LetterboxArgs& args) {
  return std::max(args.luma_x.count, args.chroma_x.count) <= kSpan / 4;
}

/// How many outputs a chunk may have: their taps span at most kSpan samples of a plane.
inline int chunk_outputs(const LetterboxArgs& args) {
  const std::int64_t room = kSpan - std::max(args.luma_x.count, args.chroma_x.count) - 4;
  return static_cast<int>(std::clamp<std::int64_t>(room * args.columns / args.luma_width, 1, letterbox::kOutputs));
}

template <class Sample>
inline void sum_rows(const LetterboxArgs& args, int plane, int step, const LetterboxTaps& down, int row, int first,
                     int columns, std::uint32_t* __restrict out) {
  const int count = columns * step;
  const int zeros = sizeof(Sample) == 1 ? 0 : args.low_zero_bits;
  const std::int32_t* weights = down.weight.host_view() + static_cast<std::int64_t>(row) * down.count;
  const std::uint8_t* line = args.planes[plane].host_view() + down.index.host_view()[row] * args.pitch[plane];
  std::fill_n(out, count, 0U);
  for (int j = 0; j < down.count; ++j, line += args.pitch[plane]) {
    const auto weight = static_cast<std::uint32_t>(weights[j]);
    if (weight == 0) continue;
    const Sample* __restrict from = reinterpret_cast<const Sample*>(line) + static_cast<std::int64_t>(first) * step;
    for (int i = 0; i < count; ++i) out[i] += (static_cast<std::uint32_t>(from[i]) >> zeros) * weight;
  }
}

template <int step>
inline void sum_across(const std::uint32_t* __restrict summed, int first, const LetterboxTaps& along, int begin,
                       int end, int shift, std::int32_t* __restrict out) {
  const std::int32_t* index = along.index.host_view();
  const std::int32_t* weight = along.weight.host_view() + static_cast<std::int64_t>(begin) * along.count;
  for (int o = begin; o < end; ++o, weight += along.count) {
    const std::uint32_t* __restrict at = summed + static_cast<std::ptrdiff_t>(index[o] - first) * step;
    std::uint64_t sum = 0;
    for (int i = 0; i < along.count; ++i) {
      sum += static_cast<std::uint64_t>(at[i * step]) * static_cast<std::uint32_t>(weight[i]);
    }
    *out++ = narrow(sum, shift);
  }
}

/// Columns of a plane that the outputs [begin, end) read.
inline letterbox::Span span_of(const LetterboxTaps& along, int begin, int end) {
  const std::int32_t* index = along.index.host_view();
  const auto [low, high] = std::minmax(index[begin], index[end - 1]);
  return {low, high + along.count - low};
}

template <class Sample>
inline void sum_chroma(const LetterboxArgs& args, int row, int begin, int end, letterbox::LineScratch& scratch) {
  const letterbox::Span span = span_of(args.chroma_x, begin, end);
  sum_rows<Sample>(args, 1, args.chroma_step, args.chroma_y, row, span.first, span.count, scratch.blended);
  if (args.chroma_step == 2) {
    sum_across<2>(scratch.blended, span.first, args.chroma_x, begin, end, args.shift, scratch.u);
    sum_across<2>(scratch.blended + 1, span.first, args.chroma_x, begin, end, args.shift, scratch.v);
    return;
  }
  sum_across<1>(scratch.blended, span.first, args.chroma_x, begin, end, args.shift, scratch.u);
  sum_rows<Sample>(args, 2, 1, args.chroma_y, row, span.first, span.count, scratch.blended);
  sum_across<1>(scratch.blended, span.first, args.chroma_x, begin, end, args.shift, scratch.v);
}

/// Lines for letterbox::fill_slot.
struct Lines {
  static int chunk_outputs(const LetterboxArgs& args) { return letterbox_area::chunk_outputs(args); }

  template <class Sample>
  static void pixels(const LetterboxArgs& args, int row, int begin, int end, letterbox::LineScratch& scratch,
                     letterbox::ChunkPixels& pixels) {
    const letterbox::Span span = span_of(args.luma_x, begin, end);
    sum_rows<Sample>(args, 0, 1, args.luma_y, row, span.first, span.count, scratch.blended);
    sum_across<1>(scratch.blended, span.first, args.luma_x, begin, end, args.shift, scratch.y);
    if (args.chroma_step != 0) sum_chroma<Sample>(args, row, begin, end, scratch);
    letterbox::to_pixels(args, end - begin, scratch, pixels);
  }
};

}  // namespace lyn::letterbox_area
