#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/letterbox_area.h"
#include "kernels/letterbox_line.h"

/// `resize: area` on a CPU, by lines as letterbox_line.h: the source rows of a line are summed over the columns that
/// are needed, then across. Sums are exact, so the bits are those of letterbox_area::slot_pixel.
namespace lyn::letterbox_area {

/// Source samples that the taps of a chunk span, at most.
constexpr int kSpan = 2048;

/// Whether the rows of one output fit the scratch; else it is done pixel by pixel.
inline bool fits(const LetterboxArgs& args) {
  return std::max(args.luma_x.count, args.chroma_x.count) <= kSpan / 4;
}

/// Samples lines of the outputs [begin, end), for letterbox::fill_slot.
template <class S>
class AreaSampler {
 public:
  using Sample = S;
  AreaSampler(const LetterboxArgs& args, int begin, int end) : args_(args), begin_(begin), end_(end) {}

  /// How many outputs a chunk may have: their taps span at most kSpan samples of a plane.
  static int chunk_outputs(const LetterboxArgs& args) {
    const std::int64_t room = kSpan - std::max(args.luma_x.count, args.chroma_x.count) - 4;
    return static_cast<int>(std::clamp<std::int64_t>(room * args.columns / args.luma_width, 1, letterbox::kOutputs));
  }

  void luma(int row, std::int32_t* out) {
    const Span span = span_of(args_.luma_x);
    sum_rows(0, 1, args_.luma_y, row, span);
    sum_across<1>(summed_, span.first, args_.luma_x, out);
  }

  void chroma(int row, std::int32_t* u, std::int32_t* v) {
    const Span span = span_of(args_.chroma_x);
    sum_rows(1, args_.chroma_step, args_.chroma_y, row, span);
    if (args_.chroma_step == 2) {
      sum_across<2>(summed_, span.first, args_.chroma_x, u);
      sum_across<2>(summed_ + 1, span.first, args_.chroma_x, v);
      return;
    }
    sum_across<1>(summed_, span.first, args_.chroma_x, u);
    sum_rows(2, 1, args_.chroma_y, row, span);
    sum_across<1>(summed_, span.first, args_.chroma_x, v);
  }

 private:
  /// Columns of a plane that the outputs read: from `first`, `count` of them.
  struct Span {
    int first, count;
  };
  [[nodiscard]] Span span_of(const LetterboxTaps& along) const {
    const std::int32_t* index = along.index.host_view();
    const auto [low, high] = std::minmax(index[begin_], index[end_ - 1]);
    return {low, high + along.count - low};
  }

  void sum_rows(int plane, int step, const LetterboxTaps& down, int row, Span span) {
    const int count = span.count * step;
    const int zeros = sizeof(Sample) == 1 ? 0 : args_.low_zero_bits;
    const std::int32_t* weights = down.weight.host_view() + static_cast<std::int64_t>(row) * down.count;
    const std::uint8_t* line = args_.planes[plane].host_view() + down.index.host_view()[row] * args_.pitch[plane];
    std::uint32_t* __restrict out = summed_;
    std::fill_n(out, count, 0U);
    for (int j = 0; j < down.count; ++j, line += args_.pitch[plane]) {
      const auto weight = static_cast<std::uint32_t>(weights[j]);
      if (weight == 0) continue;
      const Sample* __restrict from =
          reinterpret_cast<const Sample*>(line) + static_cast<std::int64_t>(span.first) * step;
      for (int i = 0; i < count; ++i) out[i] += (static_cast<std::uint32_t>(from[i]) >> zeros) * weight;
    }
  }

  template <int step>
  void sum_across(const std::uint32_t* __restrict summed, int first, const LetterboxTaps& along,
                  std::int32_t* __restrict out) const {
    const std::int32_t* index = along.index.host_view();
    const std::int32_t* weight = along.weight.host_view() + static_cast<std::int64_t>(begin_) * along.count;
    for (int o = begin_; o < end_; ++o, weight += along.count) {
      const std::uint32_t* __restrict at = summed + static_cast<std::ptrdiff_t>(index[o] - first) * step;
      std::uint64_t sum = 0;
      for (int i = 0; i < along.count; ++i) {
        sum += static_cast<std::uint64_t>(at[i * step]) * static_cast<std::uint32_t>(weight[i]);
      }
      *out++ = narrow(sum, args_.shift);
    }
  }

  const LetterboxArgs& args_;
  const int begin_, end_;
  std::uint32_t summed_[2 * kSpan + 2];
};

}  // namespace lyn::letterbox_area
