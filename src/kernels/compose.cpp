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

/// A plane's samples as seen from the upright picture: the first one, and bytes to the right and down.
struct Walk {
  const std::uint8_t* first;
  std::int64_t right;
  std::int64_t down;
};

/// In tiles: a quarter turn reads columns, and a tile's rows stay in cache.
template <class Sample>
void reduce_walk(const ComposeArgs& args, const Walk& walk, std::uint8_t* to, std::int64_t to_pitch, int to_step,
                 int columns, int rows) {
  constexpr int kTile = 32;
  const int depth = args.bit_depth;
  const int low = args.low_zero_bits;
  for (int tile_y = 0; tile_y < rows; tile_y += kTile) {
    for (int tile_x = 0; tile_x < columns; tile_x += kTile) {
      const int end = std::min(columns, tile_x + kTile);
      for (int y = tile_y; y < std::min(rows, tile_y + kTile); ++y) {
        const std::uint8_t* from = walk.first + y * walk.down + tile_x * walk.right;
        std::uint8_t* row = to + y * to_pitch;
        for (int x = tile_x; x < end; ++x, from += walk.right) {
          row[x * to_step] = reduce(*reinterpret_cast<const Sample*>(from) >> low, depth, 0);
        }
      }
    }
  }
}

template <class Sample>
void turned_luma(const ComposeArgs& args, const View& view) {
  const std::int64_t column = sizeof(Sample);
  const std::int64_t row = args.source_pitch[0];
  const Walk walk{view.source[0] + args.origin[0] * column + args.origin[1] * row,
                  args.per_x[0] * column + args.per_x[1] * row, args.per_y[0] * column + args.per_y[1] * row};
  reduce_walk<Sample>(args, walk, view.target[0], args.target_pitch[0], 1, args.width, args.height);
}

/// 4:2:0 whose blocks are blocks of the source too: each chroma sample stands alone.
template <class Sample>
void turned_chroma(const ComposeArgs& args, const View& view) {
  for (int part = 0; part < 2; ++part) {
    const int plane = args.source_pairs ? 1 : 1 + part;
    const std::int64_t column = args.source_pairs ? 2 * sizeof(Sample) : sizeof(Sample);
    const std::int64_t row = args.source_pitch[plane];
    const std::int64_t offset = args.source_pairs ? part * static_cast<std::int64_t>(sizeof(Sample)) : 0;
    const Walk walk{view.source[plane] + offset + args.origin[0] / 2 * column + args.origin[1] / 2 * row,
                    args.per_x[0] * column + args.per_x[1] * row, args.per_y[0] * column + args.per_y[1] * row};
    std::uint8_t* to = args.target_pairs ? view.target[1] + part : view.target[1 + part];
    const std::int64_t to_pitch = args.target_pairs ? args.target_pitch[1] : args.target_pitch[1 + part];
    reduce_walk<Sample>(args, walk, to, to_pitch, args.target_pairs ? 2 : 1, args.width / 2, args.height / 2);
  }
}

/// Means over blocks, of any subsampling and turn.
void mean_chroma(const ComposeArgs& args, const View& view) {
  for (int y = 0; y < args.height / 2; ++y) {
    for (int x = 0; x < args.width / 2; ++x) compose::block_chroma(args, view, x, y);
  }
}

/// 4:2:2 upright: the mean of two rows.
template <class Sample>
void mean_rows(const ComposeArgs& args, const View& view) {
  const int depth = args.bit_depth;
  const int low = args.low_zero_bits;
  for (int y = 0; y < args.height / 2; ++y) {
    for (int plane = 1; plane < 3; ++plane) {
      const std::uint8_t* bytes = view.source[plane] + 2 * y * args.source_pitch[plane];
      const auto* upper = reinterpret_cast<const Sample*>(bytes);
      const auto* lower = reinterpret_cast<const Sample*>(bytes + args.source_pitch[plane]);
      std::uint8_t* to = view.target[plane] + y * args.target_pitch[plane];
      for (int x = 0; x < args.width / 2; ++x) to[x] = reduce((upper[x] >> low) + (lower[x] >> low), depth, 1);
    }
  }
}

/// Whether every 2x2 block of the target is one of the source's: not when an odd side is read from its end.
bool blocks_match(const ComposeArgs& args) {
  return (args.origin[0] == 0 || args.source_width % 2 == 0) && (args.origin[1] == 0 || args.source_height % 2 == 0);
}

template <class Sample>
void compose_as(const ComposeArgs& args, const View& view) {
  if (args.upright) {
    upright_luma<Sample>(args, view);
  } else {
    turned_luma<Sample>(args, view);
  }
  const bool quarter = !args.grey && args.shift_x == 1 && args.shift_y == 1;
  const bool planar = !args.source_pairs && !args.target_pairs;
  if (quarter && args.upright) {
    const bool plain = sizeof(Sample) == 1 && args.source_pairs == args.target_pairs;
    plain ? plain_chroma(args, view) : upright_chroma<Sample>(args, view);
  } else if (quarter && blocks_match(args)) {
    turned_chroma<Sample>(args, view);
  } else if (args.upright && planar && !args.grey && args.shift_x == 1) {
    mean_rows<Sample>(args, view);
  } else {
    mean_chroma(args, view);
  }
}

void compose_on_host(const void* raw, Grid) {
  const ComposeArgs args = *static_cast<const ComposeArgs*>(raw);
  const View view = compose::view_of(args);
  args.bit_depth > 8 ? compose_as<std::uint16_t>(args, view) : compose_as<std::uint8_t>(args, view);
}

}  // namespace

const Kernel kComposeKernel{"lyn_compose", &compose_on_host, {32, 8, 1}};

}  // namespace lyn
