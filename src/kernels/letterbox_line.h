#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/letterbox.h"

/// The letterbox on a CPU, by lines of the stored picture instead of by pixels: planes are sampled along a line,
/// then turned to RGB. The bits are those of letterbox::slot_pixel.
///
/// How a line of a plane is sampled is a sampler's business: PlainSampler's here, Avx2Sampler's in letterbox_avx2.h.
/// Everything is done in chunks of at most kOutputs outputs, so that scratch is on the stack, stays in the first
/// cache level, and no width is too large.
namespace lyn::letterbox {

constexpr int kOutputs = 1024;

/// What a line leaves: pixel values of a chunk, one plane a colour in the slot's order.
struct ChunkPixels {
  std::uint8_t value[3][kOutputs];
};

/// Samples of a chunk of a line, in 8.6.
struct LineSamples {
  alignas(32) std::int32_t y[kOutputs];
  alignas(32) std::int32_t u[kOutputs];
  alignas(32) std::int32_t v[kOutputs];
};

/// The two rows of a plane that an output line lies between. Where `weight` is 0 both are the first.
template <class Sample>
struct RowPair {
  const Sample* first;
  const Sample* second;
  std::uint32_t weight;
};

template <class Sample>
inline RowPair<Sample> row_pair(const LetterboxArgs& args, int plane, const LetterboxTaps& down, int row) {
  const auto weight = static_cast<std::uint32_t>(down.weight.host_view()[row]);
  const std::uint8_t* top = args.planes[plane].host_view() + down.index.host_view()[row] * args.pitch[plane];
  const std::uint8_t* bottom = weight == 0 ? top : top + args.pitch[plane];
  return {reinterpret_cast<const Sample*>(top), reinterpret_cast<const Sample*>(bottom), weight};
}

/// Samples lines of the outputs [begin, end): the two rows are blended first over the columns that are needed
/// (contiguous), then sampled. Every step is one of letterbox.h's functions.
template <class S>
class PlainSampler {
 public:
  using Sample = S;
  PlainSampler(const LetterboxArgs& args, int begin, int end) : args_(args), begin_(begin), end_(end) {}

  /// How many outputs a chunk may have: their taps span at most kSpan luma samples, and chroma no more.
  static int chunk_outputs(const LetterboxArgs& args) {
    const std::int64_t fit = 1 + static_cast<std::int64_t>(kSpan - 4) * args.columns / args.luma_width;
    return static_cast<int>(std::min<std::int64_t>(fit, kOutputs));
  }

  void luma(int row, std::int32_t* out) {
    const Span span = span_of(args_.luma_x.index.host_view(), args_.luma_width);
    blend_rows(row_pair<Sample>(args_, 0, args_.luma_y, row), 1, span);
    sample_row<1>(blended_, span.first, args_.luma_x, out);
  }

  void chroma(int row, std::int32_t* u, std::int32_t* v) {
    const Span span = span_of(args_.chroma_x.index.host_view(), args_.chroma_width);
    blend_rows(row_pair<Sample>(args_, 1, args_.chroma_y, row), args_.chroma_step, span);
    if (args_.chroma_step == 2) {
      sample_row<2>(blended_, span.first, args_.chroma_x, u);
      sample_row<2>(blended_ + 1, span.first, args_.chroma_x, v);
      return;
    }
    sample_row<1>(blended_, span.first, args_.chroma_x, u);
    blend_rows(row_pair<Sample>(args_, 2, args_.chroma_y, row), 1, span);
    sample_row<1>(blended_, span.first, args_.chroma_x, v);
  }

 private:
  static constexpr int kSpan = 2048;

  /// Columns of a plane that the outputs read: from `first`, `count` of them.
  struct Span {
    int first, count;
  };
  [[nodiscard]] Span span_of(const std::int32_t* index, int width) const {
    const auto [low, high] = std::minmax(index[begin_], index[end_ - 1]);
    return {low, std::min(high + 2, width) - low};
  }

  /// Blends two rows over `span`; one zero pair more behind them, which only a weight of 0 meets.
  void blend_rows(const RowPair<Sample>& rows, int step, Span span) {
    const Sample* __restrict first = rows.first + static_cast<std::int64_t>(span.first) * step;
    const Sample* __restrict second = rows.second + static_cast<std::int64_t>(span.first) * step;
    std::uint32_t* __restrict out = blended_;
    const std::uint32_t weight = rows.weight;
    const int count = span.count * step;
    const int zeros = sizeof(Sample) == 1 ? 0 : args_.low_zero_bits;
    for (int i = 0; i < count; ++i) {
      out[i] =
          blend(static_cast<std::uint32_t>(first[i]) >> zeros, static_cast<std::uint32_t>(second[i]) >> zeros, weight);
    }
    for (int i = 0; i < step; ++i) out[count + i] = 0;
  }

  /// Samples a blended row at the outputs.
  template <int step>
  void sample_row(const std::uint32_t* __restrict blended, int first, const LetterboxTaps& along,
                  std::int32_t* __restrict out) const {
    const std::int32_t* __restrict index = along.index.host_view() + begin_;
    const std::int32_t* __restrict weight = along.weight.host_view() + begin_;
    const int shift = args_.shift;
    const int count = end_ - begin_;
    for (int i = 0; i < count; ++i) {
      const int at = (index[i] - first) * step;
      out[i] = narrow(blend(blended[at], blended[at + step], static_cast<std::uint32_t>(weight[i])), shift);
    }
  }

  const LetterboxArgs& args_;
  const int begin_, end_;
  std::uint32_t blended_[2 * kSpan + 2];
};

/// `count` outputs of stored line `row`, those of the sampler, as pixels.
template <class Sampler>
inline void line_pixels(const LetterboxArgs& args, Sampler& sampler, int row, int count, LineSamples& samples,
                        ChunkPixels& pixels) {
  sampler.luma(row, samples.y);
  if (args.chroma_step == 0) {
    std::fill_n(samples.u, count, colour_matrix::kNeutral);
    std::fill_n(samples.v, count, colour_matrix::kNeutral);
  } else {
    sampler.chroma(row, samples.u, samples.v);
  }
  const ColourMatrix matrix = args.matrix;
  std::uint8_t* __restrict red = pixels.value[args.bgr ? 2 : 0];
  std::uint8_t* __restrict green = pixels.value[1];
  std::uint8_t* __restrict blue = pixels.value[args.bgr ? 0 : 2];
  for (int i = 0; i < count; ++i) {
    const Rgb rgb = to_rgb(matrix, samples.y[i], samples.u[i], samples.v[i]);
    red[i] = static_cast<std::uint8_t>(rgb.red);
    green[i] = static_cast<std::uint8_t>(rgb.green);
    blue[i] = static_cast<std::uint8_t>(rgb.blue);
  }
}

}  // namespace lyn::letterbox
