#pragma once

#include "kernels/simd_versions.h"

#if LYN_HAS_AVX2_VERSION
#include <immintrin.h>

#include <algorithm>
#include <cstdint>

#include "kernels/letterbox_line.h"

namespace lyn::letterbox {

/// Samples lines of planes of bytes for the outputs [begin, end), eight at a time: byte shuffles fetch the eight pairs
/// that lie side by side in a row, one multiply-add blends them along the row, then the two rows are blended. The
/// products are exact and their sum does not depend on the order, so the bits are PlainSampler's. What it saves is the
/// gathers there, which cost most of a letterbox on processors of today, and blending columns that no output reads.
class Avx2Sampler {
 public:
  using Sample = std::uint8_t;

  /// Whether eight neighbouring outputs lie near enough to each other in every plane.
  static bool can_take(const LetterboxArgs& args) {
    return Axis::windows(args.luma_x, args.columns, 1, args.luma_width) > 0 &&
           (args.chroma_step == 0 ||
            Axis::windows(args.chroma_x, args.columns, args.chroma_step, chroma_bytes(args)) > 0);
  }
  static int chunk_outputs(const LetterboxArgs&) { return kOutputs; }

  LYN_AVX2 Avx2Sampler(const LetterboxArgs& args, int begin, int end) : args_(args) {
    luma_.prepare(args.luma_x, begin, end, args.columns, 1, args.luma_width);
    if (args.chroma_step != 0) {
      chroma_.prepare(args.chroma_x, begin, end, args.columns, args.chroma_step, chroma_bytes(args));
    }
  }

  LYN_AVX2 void luma(int row, std::int32_t* out) const {
    luma_.sample(row_pair<Sample>(args_, 0, args_.luma_y, row), args_.shift, out);
  }
  LYN_AVX2 void chroma(int row, std::int32_t* u, std::int32_t* v) const {
    chroma_.sample(row_pair<Sample>(args_, 1, args_.chroma_y, row), args_.shift, u);
    chroma_.sample(row_pair<Sample>(args_, 2, args_.chroma_y, row), args_.shift, v);
  }

 private:
  /// That U and V both have from their first sample to the row's end.
  static int chroma_bytes(const LetterboxArgs& args) {
    return args.chroma_width * args.chroma_step - (args.chroma_step - 1);
  }

  /// Where the outputs of one axis lie in a row of bytes.
  class Axis {
   public:
    /// How many windows of 16 bytes eight neighbours need at most; 0: too many, or the row is shorter than that.
    static int windows(const LetterboxTaps& along, int outputs, int step, int row_bytes) {
      const std::int32_t* index = along.index.host_view();
      int most = 0;
      for (int i = 0; i < outputs; i += kLanes) {
        const auto [low, high] = std::minmax(index[i], index[std::min(i + kLanes, outputs) - 1]);
        most = std::max(most, ((high + 1 - low) * step + kWindow) / kWindow);
      }
      return most <= kMostWindows && most * kWindow <= row_bytes ? most : 0;
    }

    void prepare(const LetterboxTaps& along, int begin, int end, int outputs, int step, int row_bytes) {
      windows_ = windows(along, outputs, step, row_bytes);
      groups_ = (end - begin + kLanes - 1) / kLanes;
      for (int g = 0; g < groups_; ++g) place(group_[g], along, begin + g * kLanes, end, step, row_bytes);
    }

    LYN_AVX2 void sample(const RowPair<std::uint8_t>& rows, int shift, std::int32_t* __restrict out) const {
      if (windows_ == 1) return sample<1>(rows, shift, out);
      if (windows_ == 2) return sample<2>(rows, shift, out);
      sample<kMostWindows>(rows, shift, out);
    }

   private:
    static constexpr int kLanes = 8;
    static constexpr int kWindow = 16;
    static constexpr int kMostWindows = 4;

    struct Group {
      alignas(32) std::int16_t weight[2 * kLanes];  ///< of the near and the far sample, pair by pair
      /// A window's bytes that are samples of the pairs, where in them; 0x80: it is in another window.
      alignas(16) std::uint8_t pick[kMostWindows][kWindow];
      int first_byte;  ///< of the first window
    };

    void place(Group& group, const LetterboxTaps& along, int from, int end, int step, int row_bytes) const {
      const std::int32_t* index = along.index.host_view();
      const std::int32_t* weight = along.weight.host_view();
      const int last = std::min(from + kLanes, end) - 1;
      // The windows may not reach beyond the row: nothing says what lies there, or whether anything does.
      group.first_byte = std::min(std::min(index[from], index[last]) * step, row_bytes - windows_ * kWindow);
      std::fill_n(group.pick[0], kMostWindows * kWindow, std::uint8_t{0x80});
      for (int lane = 0; lane < kLanes; ++lane) {
        const int output = std::min(from + lane, last);
        const auto far_weight = static_cast<std::int16_t>(weight[output]);
        const int near = index[output] * step - group.first_byte;
        const int far = far_weight == 0 ? near : near + step;
        group.weight[2 * lane] = static_cast<std::int16_t>(static_cast<int>(kOne) - far_weight);
        group.weight[2 * lane + 1] = far_weight;
        group.pick[near / kWindow][2 * lane] = static_cast<std::uint8_t>(near % kWindow);
        group.pick[far / kWindow][2 * lane + 1] = static_cast<std::uint8_t>(far % kWindow);
      }
    }

    /// Eight outputs of one row, ten bits longer than the samples.
    template <int count>
    LYN_AVX2 static __m256i blend_along(const std::uint8_t* row, const Group& group, int windows) {
      const std::uint8_t* from = row + group.first_byte;
      __m128i pairs = _mm_setzero_si128();
      for (int w = 0; w < (count < kMostWindows ? count : windows); ++w) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + w * kWindow));
        const __m128i pick = _mm_load_si128(reinterpret_cast<const __m128i*>(group.pick[w]));
        pairs = _mm_or_si128(pairs, _mm_shuffle_epi8(bytes, pick));
      }
      const __m256i weight = _mm256_load_si256(reinterpret_cast<const __m256i*>(group.weight));
      return _mm256_madd_epi16(_mm256_cvtepu8_epi16(pairs), weight);
    }

    template <int count>
    LYN_AVX2 void sample(const RowPair<std::uint8_t>& rows, int shift, std::int32_t* __restrict out) const {
      const __m256i half = _mm256_set1_epi32(1 << (shift - 1));
      const __m256i near_weight = _mm256_set1_epi32(static_cast<int>(kOne - rows.weight));
      const __m256i far_weight = _mm256_set1_epi32(static_cast<int>(rows.weight));
      for (int g = 0; g < groups_; ++g) {
        __m256i sum = _mm256_mullo_epi32(blend_along<count>(rows.first, group_[g], windows_), near_weight);
        if (rows.weight != 0) {
          const __m256i second = blend_along<count>(rows.second, group_[g], windows_);
          sum = _mm256_add_epi32(sum, _mm256_mullo_epi32(second, far_weight));
        }
        const __m256i narrow = _mm256_srli_epi32(_mm256_add_epi32(sum, half), shift);
        _mm256_store_si256(reinterpret_cast<__m256i*>(out + g * kLanes), narrow);
      }
    }

    int windows_ = 0;
    int groups_ = 0;
    Group group_[kOutputs / kLanes];
  };

  const LetterboxArgs& args_;
  Axis luma_;
  Axis chroma_;
};

}  // namespace lyn::letterbox
#endif
