#include "kernels/draw.h"

#include <algorithm>

#include "kernels/draw_paint.h"

namespace lyn {
namespace {

using draw::Rect;
using draw::View;

/// Calls paint_block(bx, by) for every block that meets `bounds`.
template <class PaintBlock>
void for_blocks(const Rect& bounds, PaintBlock&& paint_block) {
  if (bounds.empty()) return;
  for (int by = bounds.y0 / 2; by < (bounds.y1 + 1) / 2; ++by) {
    for (int bx = bounds.x0 / 2; bx < (bounds.x1 + 1) / 2; ++bx) paint_block(bx, by);
  }
}

/// The outline without a walk through its hole.
void paint_box(const View& view, const DrawCommand& command) {
  const Rect rect = draw::rect_of(command);
  const Rect hole = draw::hole_of(command);
  const int end = (rect.x1 + 1) / 2;
  const int left_end = std::min(end, (hole.x0 + 1) / 2);
  const int right_begin = std::max(left_end, hole.x1 / 2);
  for (int by = rect.y0 / 2; by < (rect.y1 + 1) / 2; ++by) {
    const bool only_sides = !hole.empty() && 2 * by >= hole.y0 && 2 * by + 2 <= hole.y1;
    for (int bx = rect.x0 / 2; bx < end; ++bx) {
      if (only_sides && bx == left_end) bx = right_begin;
      if (bx < end) draw::paint_frame(view, command, hole, bx, by);
    }
  }
}

void paint_label(const View& view, const DrawCommand& command) {
  for_blocks(draw::rect_of(command), [&](int bx, int by) {
    draw::paint_frame(view, command, Rect{0, 0, 0, 0}, bx, by);
  });
  for (int index = 0; index < command.count; ++index) {
    const draw::Glyph glyph = draw::glyph_of(view, command, index);
    for_blocks(glyph.bounds, [&](int bx, int by) { draw::paint_glyph(view, command, glyph, bx, by); });
  }
}

void paint_line(const View& view, const DrawCommand& command, const draw::Line& line) {
  if (draw::line_bounds(line, draw::rect_of(command)).empty()) return;
  const draw::Segment segment = draw::segment_of(line, draw::rect_of(command));
  for_blocks(segment.bounds, [&](int bx, int by) { draw::paint_segment(view, command, segment, bx, by); });
}

void paint_trail(const View& view, const DrawCommand& command) {
  for (int i = 0; i + 1 < command.count; ++i) paint_line(view, command, draw::trail_line(view, command, i));
}

void paint_points(const View& view, const DrawCommand& command) {
  const int bones = command.kind == DrawKind::skeleton ? draw::kBones : 0;
  for (int i = 0; i < bones; ++i) paint_line(view, command, draw::bone_line(view, command, i));
  for (int i = 0; i < command.count; ++i) {
    const Rect bounds = draw::disc_bounds(view, command, i);
    for_blocks(bounds, [&](int bx, int by) { draw::paint_disc(view, command, bounds, i, bx, by); });
  }
}

void draw_on_host(const void* raw, Grid) {
  const DrawArgs& args = *static_cast<const DrawArgs*>(raw);
  const View view = draw::view_of(args);
  for (int index = 0; index < args.command_count; ++index) {
    const DrawCommand& command = view.commands[index];
    switch (command.kind) {
      case DrawKind::box:
        paint_box(view, command);
        break;
      case DrawKind::label:
        paint_label(view, command);
        break;
      case DrawKind::trail:
        paint_trail(view, command);
        break;
      case DrawKind::points:
      case DrawKind::skeleton:
        paint_points(view, command);
        break;
      case DrawKind::mask:
        for_blocks(draw::rect_of(command), [&, mask = draw::mask_of(view, command)](int bx, int by) {
          draw::paint_mask(view, command, mask, bx, by);
        });
        break;
    }
  }
}

}  // namespace

DrawArgs draw_args(const Image& target) {
  DrawArgs args{};
  const bool pairs = target.format.layout == Layout::semi_planar;
  args.luma = target.planes[0].data.as<std::uint8_t>();
  args.luma_pitch = target.planes[0].pitch;
  const Plane& second = target.planes[pairs ? 1 : 2];
  args.chroma[0] = target.planes[1].data.as<std::uint8_t>();
  args.chroma[1] = pairs ? args.chroma[0].offset_bytes(1) : second.data.as<std::uint8_t>();
  args.chroma_pitch[0] = target.planes[1].pitch;
  args.chroma_pitch[1] = second.pitch;
  args.chroma_step = pairs ? 2 : 1;
  return args;
}

Grid draw_grid(const DrawArgs& args) {
  return {static_cast<unsigned>(args.blocks_x), static_cast<unsigned>(args.blocks_y), 1};
}

const Kernel kDrawKernel{"lyn_draw", &draw_on_host, {16, 16, 1}};

}  // namespace lyn
