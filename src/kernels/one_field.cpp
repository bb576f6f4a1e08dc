#include "kernels/one_field.h"

#include <algorithm>
#include <cstring>

namespace lyn {
namespace {

template <class Sample>
void mean_row(const std::uint8_t* above, const std::uint8_t* below, std::uint8_t* to, int samples, int zeros) {
  const auto* a = reinterpret_cast<const Sample*>(above);
  const auto* b = reinterpret_cast<const Sample*>(below);
  auto* out = reinterpret_cast<Sample*>(to);
  if (zeros == 0) {  // a loop of its own: without shifts by a variable there is one vector instruction for it
    for (int x = 0; x < samples; ++x) out[x] = static_cast<Sample>(one_field::mean(a[x], b[x], 0));
    return;
  }
  for (int x = 0; x < samples; ++x) out[x] = static_cast<Sample>(one_field::mean(a[x], b[x], zeros));
}

void run_channel(const OneFieldArgs& args, const OneFieldArgs::Channel& channel) {
  const std::uint8_t* from = channel.from.host_view();
  std::uint8_t* to = channel.to.host_view();
  const auto row_bytes = static_cast<std::size_t>(channel.samples) * static_cast<std::size_t>(args.sample_bytes);
  for (int y = 0; y < channel.rows; ++y) {
    const one_field::Rows rows = one_field::sources_of(y, channel.rows, args.kept);
    const std::uint8_t* above = from + rows.above * channel.from_pitch;
    const std::uint8_t* below = from + rows.below * channel.from_pitch;
    std::uint8_t* out = to + y * channel.to_pitch;
    if (rows.above == rows.below) {
      std::memcpy(out, above, row_bytes);
    } else if (args.sample_bytes == 1) {
      mean_row<std::uint8_t>(above, below, out, channel.samples, 0);
    } else {
      mean_row<std::uint16_t>(above, below, out, channel.samples, args.low_zero_bits);
    }
  }
}

void run_on_host(const void* raw, Grid) {
  const auto& args = *static_cast<const OneFieldArgs*>(raw);
  for (int i = 0; i < args.channel_count; ++i) run_channel(args, args.channels[i]);
}

}  // namespace

OneFieldArgs one_field_args(const Image& from, const Image& to, int kept) {
  const PixelFormat& format = from.format;
  OneFieldArgs args{};
  args.channel_count = format.planes();
  args.sample_bytes = format.sample_bytes();
  args.low_zero_bits = format.high_bits ? 16 - format.bit_depth : 0;
  args.kept = kept;
  for (int i = 0; i < args.channel_count; ++i) {
    const Plane& source = from.planes[static_cast<std::size_t>(i)];
    const Plane& target = to.planes[static_cast<std::size_t>(i)];
    const bool pairs = i > 0 && format.layout == Layout::semi_planar;
    args.channels[i] = {source.data.as<const std::uint8_t>(),
                        target.data.as<std::uint8_t>(),
                        source.pitch,
                        target.pitch,
                        source.width * (pairs ? 2 : 1),
                        source.height};
  }
  return args;
}

Grid one_field_grid(const OneFieldArgs& args) {
  Grid grid{1, 1, static_cast<unsigned>(args.channel_count)};
  for (int i = 0; i < args.channel_count; ++i) {
    grid.x = std::max(grid.x, static_cast<unsigned>(args.channels[i].samples));
    grid.y = std::max(grid.y, static_cast<unsigned>(args.channels[i].rows));
  }
  return grid;
}

const Kernel kOneField{"lyn_one_field", run_on_host, {32, 8, 1}};

}  // namespace lyn
