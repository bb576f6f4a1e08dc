#pragma once

#include <cstdint>

#include "kernels/draw_ink.h"

/// Trails, points and skeletons of kDrawKernel: lines and discs whose edges are softened over one pixel.
namespace lyn::draw {

/// The largest integer whose square is not above `value`.
LYN_HD std::uint32_t square_root(std::uint64_t value) {
  std::uint64_t root = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 31; bit != 0; bit >>= 1) {
    const std::uint64_t trial = root | bit;
    if (trial * trial <= value) root = trial;
  }
  return static_cast<std::uint32_t>(root);
}

/// A piece of a trail from a to b, without its end, so that the next piece does not paint b again.
struct Segment {
  Rect bounds;
  int ax, ay, dx, dy;
  std::int64_t square;   ///< length squared
  std::int64_t inverse;  ///< 2^24 / length
  int size;
  int weight;
};

LYN_HD int point_x(std::uint32_t word) {
  return static_cast<std::int16_t>(word & 0xFFFF);
}
LYN_HD int point_y(std::uint32_t word) {
  return static_cast<std::int16_t>(word >> 16);
}

/// Two payload points and the line between them, `size` pixels wide.
struct Line {
  std::uint32_t a, b;
  int size;
  int weight;
};

/// The index-th piece of a trail: the older the fainter.
LYN_HD Line trail_line(const View& view, const DrawCommand& command, int index) {
  const std::uint32_t* points = view.payload + command.first + index;
  return {points[0], points[1], command.size, weight_of(command.alpha) * (index + 1) / (command.count - 1)};
}

constexpr int kBones = 19;

/// The index-th bone between COCO's keypoints, which its annotations call "skeleton" and count from 1.
LYN_HD Line bone_line(const View& view, const DrawCommand& command, int index) {
  constexpr std::uint8_t kFrom[kBones] = {15, 13, 16, 14, 11, 5, 6, 5, 5, 6, 7, 8, 1, 0, 0, 1, 2, 3, 4};
  constexpr std::uint8_t kTo[kBones] = {13, 11, 14, 12, 12, 11, 12, 6, 7, 8, 9, 10, 2, 1, 2, 3, 4, 5, 6};
  const std::uint32_t* points = view.payload + command.first;
  return {points[kFrom[index]], points[kTo[index]], command.size, weight_of(command.alpha)};
}

/// Empty where one end is not there.
LYN_HD Rect line_bounds(const Line& line, const Rect& within) {
  if (line.a == kNoPoint || line.b == kNoPoint) return {0, 0, 0, 0};
  const int reach = line.size / 2 + 1;
  const Rect around{min_of(point_x(line.a), point_x(line.b)) - reach, min_of(point_y(line.a), point_y(line.b)) - reach,
                    max_of(point_x(line.a), point_x(line.b)) + reach + 1,
                    max_of(point_y(line.a), point_y(line.b)) + reach + 1};
  return common(around, within);
}

LYN_HD Segment segment_of(const Line& line, const Rect& within) {
  Segment segment{};
  segment.bounds = line_bounds(line, within);
  segment.ax = point_x(line.a);
  segment.ay = point_y(line.a);
  segment.dx = point_x(line.b) - segment.ax;
  segment.dy = point_y(line.b) - segment.ay;
  segment.square =
      static_cast<std::int64_t>(segment.dx) * segment.dx + static_cast<std::int64_t>(segment.dy) * segment.dy;
  if (segment.square == 0) segment.bounds = {0, 0, 0, 0};
  const std::int64_t length_256 =
      max_of(1, static_cast<int>(square_root(static_cast<std::uint64_t>(segment.square) << 16)));
  segment.inverse = (std::int64_t{1} << 32) / length_256;
  segment.size = line.size;
  segment.weight = line.weight;
  return segment;
}

/// How much of a pixel a segment covers: the distance of its centre from the line, softened over one pixel.
LYN_HD int segment_weight(const Segment& segment, int x, int y) {
  const std::int64_t px = x - segment.ax;
  const std::int64_t py = y - segment.ay;
  const std::int64_t along = px * segment.dx + py * segment.dy;
  if (along < 0 || along >= segment.square || !segment.bounds.has(x, y)) return 0;
  const std::int64_t cross = px * segment.dy - py * segment.dx;
  const std::int64_t distance_256 = ((cross < 0 ? -cross : cross) * segment.inverse) >> 16;
  const std::int64_t left_over = 128 * (segment.size + 1) - distance_256;
  const int cover = left_over < 0 ? 0 : left_over > 256 ? 256 : static_cast<int>(left_over);
  return weight_product(cover, segment.weight);
}

LYN_HD void paint_segment(const View& view, const DrawCommand& command, const Segment& segment, int bx, int by) {
  int weight[4];
  for (int pixel = 0; pixel < 4; ++pixel) {
    weight[pixel] = segment_weight(segment, 2 * bx + (pixel & 1), 2 * by + (pixel >> 1));
  }
  paint(view, bx, by, weight, ink_of(command));
}

LYN_HD void paint_line(const View& view, const DrawCommand& command, const Line& line, int bx, int by) {
  if (!line_bounds(line, rect_of(command)).meets_block(bx, by)) return;
  const Segment segment = segment_of(line, rect_of(command));
  if (segment.bounds.meets_block(bx, by)) paint_segment(view, command, segment, bx, by);
}

LYN_HD Rect disc_bounds(const View& view, const DrawCommand& command, int index) {
  const std::uint32_t point = view.payload[command.first + index];
  if (point == kNoPoint) return {0, 0, 0, 0};
  const int reach = command.size + 1;
  return common(
      {point_x(point) - reach, point_y(point) - reach, point_x(point) + reach + 1, point_y(point) + reach + 1},
      rect_of(command));
}

/// A disc's edge is softened over one pixel, as a segment's.
LYN_HD int disc_weight(const DrawCommand& command, std::uint32_t point, int x, int y) {
  const std::int64_t dx = x - point_x(point);
  const std::int64_t dy = y - point_y(point);
  const auto square = static_cast<std::uint64_t>(dx * dx + dy * dy);
  const std::int64_t left_over = 128 * (2 * command.size + 1) - static_cast<std::int64_t>(square_root(square << 16));
  return left_over < 0 ? 0 : left_over > 256 ? 256 : static_cast<int>(left_over);
}

LYN_HD void paint_disc(const View& view, const DrawCommand& command, const Rect& bounds, int index, int bx, int by) {
  const std::uint32_t point = view.payload[command.first + index];
  int weight[4];
  for (int pixel = 0; pixel < 4; ++pixel) {
    const int x = 2 * bx + (pixel & 1);
    const int y = 2 * by + (pixel >> 1);
    weight[pixel] = bounds.has(x, y) ? disc_weight(command, point, x, y) : 0;
  }
  paint(view, bx, by, weight, {command.text_y, 128, 128});
}

LYN_HD void paint_points(const View& view, const DrawCommand& command, int bx, int by) {
  const int bones = command.kind == DrawKind::skeleton ? kBones : 0;
  for (int index = 0; index < bones; ++index) paint_line(view, command, bone_line(view, command, index), bx, by);
  for (int index = 0; index < command.count; ++index) {
    const Rect bounds = disc_bounds(view, command, index);
    if (bounds.meets_block(bx, by)) paint_disc(view, command, bounds, index, bx, by);
  }
}

}  // namespace lyn::draw
