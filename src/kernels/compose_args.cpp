#include <string>

#include "kernels/compose.h"

namespace lyn {
namespace {

std::string size_text(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

/// Stored position of the upright pixel (0, 0) and of one step right and down, by quarter turns.
void set_turn(ComposeArgs& args, int rotation) {
  struct Turn {
    bool right_edge, bottom_edge;  // where upright (0, 0) is stored
    int per_x[2], per_y[2];
  };
  static constexpr Turn kTurns[4] = {
      {false, false, {1, 0}, {0, 1}},
      {false, true, {0, -1}, {1, 0}},
      {true, true, {-1, 0}, {0, -1}},
      {true, false, {0, 1}, {-1, 0}},
  };
  const Turn& turn = kTurns[rotation & 3];
  args.origin[0] = turn.right_edge ? args.source_width - 1 : 0;
  args.origin[1] = turn.bottom_edge ? args.source_height - 1 : 0;
  for (int axis = 0; axis < 2; ++axis) {
    args.per_x[axis] = turn.per_x[axis];
    args.per_y[axis] = turn.per_y[axis];
  }
  args.upright = (rotation & 3) == 0;
}

Status check(const Image& image, const Image& target) {
  const int width = composed_width(image);
  const int height = composed_height(image);
  if (width < 2 || height < 2) {
    return Error{ErrorKind::device, "cannot draw on a picture of " + size_text(image.width, image.height),
                 "pictures need at least 2x2 pixels"};
  }
  if (image.format.bit_depth < 8 || image.format.bit_depth > 16) {
    return Error{ErrorKind::device, "cannot draw on samples of " + std::to_string(image.format.bit_depth) + " bits",
                 "8 to 16 bits are supported"};
  }
  const bool fits = target.width == width && target.height == height && target.rotation == 0 &&
                    target.format.chroma == Chroma::yuv420 && target.format.bit_depth == 8;
  if (fits) return {};
  return Error{ErrorKind::device,
               "the picture to draw on is " + size_text(target.width, target.height) + ", not upright 8-bit 4:2:0 of " +
                   size_text(width, height),
               "make it of composed_width() x composed_height()"};
}

}  // namespace

int composed_width(const Image& image) {
  return image.upright_width() & ~1;
}
int composed_height(const Image& image) {
  return image.upright_height() & ~1;
}

Colour composed_colour(const Image& image) {
  Colour colour = image.colour;
  const bool moved = image.rotation % 4 != 0 || image.format.chroma == Chroma::yuv444;
  if (moved) colour.siting = Siting::center;
  return colour;
}

Result<ComposeArgs> compose_args(const Image& image, const Image& target) {
  LYN_CHECK(check(image, target));
  ComposeArgs args{};
  for (int plane = 0; plane < image.format.planes(); ++plane) {
    const auto& from = image.planes[static_cast<std::size_t>(plane)];
    args.source[plane] = from.data.as<const std::uint8_t>();
    args.source_pitch[plane] = from.pitch;
  }
  for (int plane = 0; plane < target.format.planes(); ++plane) {
    const auto& to = target.planes[static_cast<std::size_t>(plane)];
    args.target[plane] = to.data.as<std::uint8_t>();
    args.target_pitch[plane] = to.pitch;
  }
  args.source_width = image.width;
  args.source_height = image.height;
  args.width = target.width;
  args.height = target.height;
  args.bit_depth = image.format.bit_depth;
  args.low_zero_bits = image.format.high_bits ? static_cast<std::uint8_t>(16 - image.format.bit_depth) : 0;
  args.shift_x = static_cast<std::uint8_t>(image.format.chroma_shift_x());
  args.shift_y = static_cast<std::uint8_t>(image.format.chroma_shift_y());
  args.grey = image.format.chroma == Chroma::grey;
  args.source_pairs = image.format.layout == Layout::semi_planar;
  args.target_pairs = target.format.layout == Layout::semi_planar;
  set_turn(args, image.rotation);
  return args;
}

Grid compose_grid(const ComposeArgs& args) {
  return {static_cast<unsigned>(args.width / 2), static_cast<unsigned>(args.height / 2), 1};
}

}  // namespace lyn
