#include "kernels/compose.h"

#include <algorithm>
#include <cstring>

namespace lyn {
namespace {

using compose::reduce;
using compose::View;

void copy_rows(const std::uint8_t* from, std::int64_t from_pitch, std::uint8_t* to, std::int64_t to_pitch, int bytes,
               int rows) {
  for (int y = 0; y < rows; ++y) {
    std::memcpy(to + y * to_pitch, from + y * from_pitch, static_cast<std::size_t>(bytes));
  }
}

/// `count` samples of a row, `step` apart on either side, reduced to 8 bits.
template <class Sample>
void reduce_row(const ComposeArgs& args, const std::uint8_t* from, int from_step, std::uint8_t* to, int to_step,
                int count) {
  const auto* samples = reinterpret_cast<const Sample*>(from);
  const int depth = args.bit_depth;
  const int low = args.low_zero_bits;
  if (from_step == 1 && to_step == 1) {  // said apart so that the compiler vectorises it
    for (int x = 0; x < count; ++x) to[x] = reduce(samples[x] >> low, depth, 0);
    return;
  }
  for (int x = 0; x < count; ++x) to[x * to_step] = reduce(samples[x * from_step] >> low, depth, 0);
}

template <class Sample>
void upright_luma(const ComposeArgs& args, const View& view) {
  if constexpr (sizeof(Sample) == 1) {
    copy_rows(view.source[0], args.source_pitch[0], view.target[0], args.target_pitch[0], args.width, args.height);
  } else {
    for (int y = 0; y < args.height; ++y) {
      reduce_row<Sample>(args, view.source[0] + y * args.source_pitch[0], 1, view.target[0] + y * args.target_pitch[0],
                         1, args.width);
    }
  }
}

/// 4:2:0 to 4:2:0: each chroma sample stands alone.
template <class Sample>
void upright_chroma(const ComposeArgs& args, const View& view) {
  const int from_step = args.source_pairs ? 2 : 1;
  const int to_step = args.target_pairs ? 2 : 1;
  const int columns = args.width / 2;
  for (int y = 0; y < args.height / 2; ++y) {
    for (int part = 0; part < 2; ++part) {
      const std::uint8_t* from = args.source_pairs ? view.source[1] + y * args.source_pitch[1] + part * sizeof(Sample)
                                                   : view.source[1 + part] + y * args.source_pitch[1 + part];
      std::uint8_t* to = args.target_pairs ? view.target[1] + y * args.target_pitch[1] + part
                                           : view.target[1 + part] + y * args.target_pitch[1 + part];
      reduce_row<Sample>(args, from, from_step, to, to_step, columns);
    }
  }
}

/// 8 bits and the same layout on both sides: whole rows.
void plain_chroma(const ComposeArgs& args, const View& view) {
  const int planes = args.target_pairs ? 1 : 2;
  const int bytes = args.target_pairs ? args.width : args.width / 2;
  for (int plane = 1; plane <= planes; ++plane) {
    copy_rows(view.source[plane], args.source_pitch[plane], view.target[plane], args.target_pitch[plane], bytes,
              args.height / 2);
  }
}

/// Any turn and subsampling, in tiles: a quarter turn reads columns, and a tile's rows stay in cache.
void by_blocks(const ComposeArgs& args, const View& view) {
  constexpr int kTile = 16;
  const int columns = args.width / 2;
  const int rows = args.height / 2;
  for (int tile_y = 0; tile_y < rows; tile_y += kTile) {
    for (int tile_x = 0; tile_x < columns; tile_x += kTile) {
      for (int y = tile_y; y < std::min(rows, tile_y + kTile); ++y) {
        for (int x = tile_x; x < std::min(columns, tile_x + kTile); ++x) compose::block(args, view, x, y);
      }
    }
  }
}

void compose_on_host(const void* raw, Grid) {
  const ComposeArgs args = *static_cast<const ComposeArgs*>(raw);
  const View view = compose::view_of(args);
  const bool same_chroma = args.upright && !args.grey && args.shift_x == 1 && args.shift_y == 1;
  if (!same_chroma) return by_blocks(args, view);
  if (args.bit_depth > 8) {
    upright_luma<std::uint16_t>(args, view);
    return upright_chroma<std::uint16_t>(args, view);
  }
  upright_luma<std::uint8_t>(args, view);
  if (args.source_pairs == args.target_pairs) return plain_chroma(args, view);
  upright_chroma<std::uint8_t>(args, view);
}

}  // namespace

const Kernel kComposeKernel{"lyn_compose", &compose_on_host, {32, 8, 1}};

}  // namespace lyn
