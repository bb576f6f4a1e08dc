#include "stages/overlay/draw_list.h"

#include <algorithm>
#include <cmath>

#include "stages/overlay/utf8.h"

namespace lyn {
namespace {

constexpr std::uint8_t kBoxAlpha = 255;
constexpr std::uint8_t kLabelAlpha = 240;
constexpr std::uint8_t kTrailAlpha = 210;
constexpr std::uint8_t kBoneAlpha = 230;
constexpr std::uint8_t kMaskAlpha = 110;
/// Keypoints below are not drawn: most of them are out of sight.
constexpr float kLeastKeypointScore = 0.25F;
constexpr std::size_t kCommands = DrawList::kFrameBytes / sizeof(DrawCommand);
constexpr std::size_t kWords = DrawList::kFrameBytes / sizeof(std::uint32_t);

std::uint32_t word_of(TrailPoint point) {
  return static_cast<std::uint16_t>(point.x) | static_cast<std::uint32_t>(static_cast<std::uint16_t>(point.y)) << 16;
}

draw::Rect grown(const draw::Rect& rect, TrailPoint point, int reach) {
  return {std::min(rect.x0, point.x - reach), std::min(rect.y0, point.y - reach),
          std::max(rect.x1, point.x + reach + 1), std::max(rect.y1, point.y + reach + 1)};
}

int clamped(float value, int high) {
  return static_cast<int>(std::clamp(value, 0.0F, static_cast<float>(high)));
}

bool finite(const Box& box) {
  return std::isfinite(box.x1) && std::isfinite(box.y1) && std::isfinite(box.x2) && std::isfinite(box.y2);
}

TrailPoint foot_of(const Box& box, int width, int height) {
  return {static_cast<std::int16_t>(clamped((box.x1 + box.x2) / 2, width - 1)),
          static_cast<std::int16_t>(clamped(box.y2, height - 1))};
}

}  // namespace

DrawList::DrawList(bool trails, int trail_points) : with_trails_(trails), trails_(trail_points) {
  for (auto* list : {&commands_, &trail_commands_, &boxes_, &points_, &labels_}) list->reserve(kCommands);
  payload_.reserve(kWords);
}

void DrawList::fit_picture(int width, int height, Colour colour) {
  if (width == width_ && height == height_ && colour == colour_) return;
  if (width != width_ || height != height_) trails_.clear();
  width_ = width;
  height_ = height;
  colour_ = colour;
  style_ = style_for(height);
  for (std::size_t number = 0; number < paints_.size(); ++number) {
    const Rgb ground = palette_colour(number);
    const std::uint8_t text = prefers_white_text(ground) ? 255 : 0;
    paints_[number] = {to_yuv(ground, colour), to_yuv({text, text, text}, colour).y};
  }
}

void DrawList::build(int width, int height, Colour colour, std::span<const OverlayItem> items, GlyphAtlas& atlas) {
  fit_picture(width, height, colour);
  for (auto* list : {&commands_, &trail_commands_, &boxes_, &points_, &labels_}) list->clear();
  payload_.clear();
  bytes_left_ = kFrameBytes;
  trails_.begin_frame();
  for (const OverlayItem& item : items) add_box(item);
  for (const OverlayItem& item : items) add_label(item, atlas);
  for (const OverlayItem& item : items) add_points(item);
  for (const OverlayItem& item : items) add_mask(item);
  for (const OverlayItem& item : items) add_trail(item);
  for (const auto* list : {&trail_commands_, &boxes_, &points_, &labels_}) {
    commands_.insert(commands_.end(), list->begin(), list->end());
  }
}

/// Outwards to even pixels, so that the outline's chroma is its own; within the picture.
draw::Rect DrawList::box_of(const Box& box) const {
  if (!finite(box)) return {0, 0, 0, 0};
  const auto outward = [](float value, int high) { return (clamped(std::ceil(value), high) + 1) & ~1; };
  return {clamped(box.x1, width_) & ~1, clamped(box.y1, height_) & ~1, outward(box.x2, width_),
          outward(box.y2, height_)};
}

const DrawList::Paint& DrawList::paint_of(const OverlayItem& item) const {
  const std::int64_t number = item.track > 0 ? item.track - 1 : std::max(0, item.class_id);
  return paints_[static_cast<std::uint64_t>(number) % paints_.size()];
}

bool DrawList::take(std::size_t bytes) {
  if (bytes > bytes_left_) {
    ++left_out_;
    return false;
  }
  bytes_left_ -= bytes;
  return true;
}

DrawCommand DrawList::command(DrawKind kind, const draw::Rect& rect, const Paint& paint) const {
  DrawCommand command{};
  command.x0 = static_cast<std::int16_t>(rect.x0);
  command.y0 = static_cast<std::int16_t>(rect.y0);
  command.x1 = static_cast<std::int16_t>(rect.x1);
  command.y1 = static_cast<std::int16_t>(rect.y1);
  command.kind = kind;
  command.y = paint.ground.y;
  command.u = paint.ground.u;
  command.v = paint.ground.v;
  command.text_y = paint.text_y;
  command.first = static_cast<std::uint16_t>(payload_.size());
  return command;
}

void DrawList::add_box(const OverlayItem& item) {
  const draw::Rect rect = box_of(item.box);
  if (!item.outlined || rect.empty() || !take(sizeof(DrawCommand))) return;
  DrawCommand box = command(DrawKind::box, rect, paint_of(item));
  box.alpha = kBoxAlpha;
  box.size = static_cast<std::uint16_t>(style_.line);
  boxes_.push_back(box);
}

void DrawList::add_label(const OverlayItem& item, GlyphAtlas& atlas) {
  const draw::Rect box = box_of(item.box);
  if (item.label.empty() || box.empty()) return;
  const std::size_t first = payload_.size();
  int pen = style_.text_margin;
  for (std::string_view rest = item.label; !rest.empty() && pen < width_;) {
    const GlyphAtlas::Glyph glyph = atlas.find(take_character(rest));
    if ((payload_.size() - first + 1) * sizeof(std::uint32_t) + sizeof(DrawCommand) > bytes_left_) {
      payload_.resize(first);
      ++left_out_;
      return;
    }
    payload_.push_back(static_cast<std::uint32_t>(pen) << 16 | glyph.number);
    pen += glyph.advance;
  }
  const std::size_t count = payload_.size() - first;
  if (!take(sizeof(DrawCommand) + count * sizeof(std::uint32_t))) return;
  const int height = atlas.ascent() + atlas.descent() + style_.text_margin;
  const draw::Rect rect = place_label(box, pen + style_.text_margin, height, style_.line, width_, height_);
  DrawCommand label = command(DrawKind::label, rect, paint_of(item));
  label.alpha = kLabelAlpha;
  label.size = static_cast<std::uint16_t>(atlas.ascent() + style_.text_margin / 2);
  label.first = static_cast<std::uint16_t>(first);
  label.count = static_cast<std::uint16_t>(count);
  labels_.push_back(label);
}

void DrawList::add_points(const OverlayItem& item) {
  const std::size_t count = item.keypoints.size();
  if (count == 0 || !take(sizeof(DrawCommand) + count * sizeof(std::uint32_t))) return;
  const int reach = style_.line + 1;
  draw::Rect around{width_, height_, 0, 0};
  const std::size_t first = payload_.size();
  for (const Keypoint& point : item.keypoints) {
    const bool there = point.score >= kLeastKeypointScore && std::isfinite(point.x) && std::isfinite(point.y);
    const TrailPoint place{static_cast<std::int16_t>(clamped(point.x, width_ - 1)),
                           static_cast<std::int16_t>(clamped(point.y, height_ - 1))};
    payload_.push_back(there ? word_of(place) : kNoPoint);
    if (there) around = grown(around, place, reach);
  }
  const draw::Rect rect = draw::common(around, {0, 0, width_, height_});
  if (rect.empty()) return;
  const bool bones = count == kSkeletonPoints;
  DrawCommand points = command(bones ? DrawKind::skeleton : DrawKind::points, rect, paint_of(item));
  points.alpha = kBoneAlpha;
  points.size = static_cast<std::uint16_t>(style_.line);
  points.first = static_cast<std::uint16_t>(first);
  points.count = static_cast<std::uint16_t>(count);
  points_.push_back(points);
}

/// Straight into the commands, below everything else. Cells at the box's edge reach over it: the tint does not.
void DrawList::add_mask(const OverlayItem& item) {
  if (item.mask == nullptr || item.mask->bits.empty() || !finite(item.mask->area)) return;
  const Mask& mask = *item.mask;
  const draw::Rect rect = draw::common(box_of(mask.area), box_of(item.box));
  const std::size_t words = kMaskHeaderWords + mask.bits.size();
  if (rect.empty() || !take(sizeof(DrawCommand) + words * sizeof(std::uint32_t))) return;
  DrawCommand tint = command(DrawKind::mask, rect, paint_of(item));
  const auto fixed = [](float value, float steps) { return static_cast<std::int32_t>(std::lround(value * steps)); };
  const MaskPayload header{mask.columns,
                           mask.rows,
                           fixed(mask.area.x1, 256),
                           fixed(mask.area.y1, 256),
                           fixed(static_cast<float>(mask.columns) / mask.area.width(), 1 << 20),
                           fixed(static_cast<float>(mask.rows) / mask.area.height(), 1 << 20)};
  const auto* header_words = reinterpret_cast<const std::uint32_t*>(&header);
  payload_.insert(payload_.end(), header_words, header_words + kMaskHeaderWords);
  payload_.insert(payload_.end(), mask.bits.begin(), mask.bits.end());
  tint.alpha = kMaskAlpha;
  tint.count = static_cast<std::uint16_t>(words);
  commands_.push_back(tint);
}

void DrawList::add_trail(const OverlayItem& item) {
  if (!with_trails_ || item.track <= 0 || !finite(item.box)) return;
  const auto points = trails_.follow(item.track, foot_of(item.box, width_, height_), style_.trail_step);
  if (points.size() < 2 || !take(sizeof(DrawCommand) + points.size() * sizeof(std::uint32_t))) return;
  const int reach = style_.trail_line / 2 + 1;
  draw::Rect around{width_, height_, 0, 0};
  for (const TrailPoint point : points) around = grown(around, point, reach);
  DrawCommand trail = command(DrawKind::trail, draw::common(around, {0, 0, width_, height_}), paint_of(item));
  for (const TrailPoint point : points) payload_.push_back(word_of(point));
  trail.alpha = kTrailAlpha;
  trail.size = static_cast<std::uint16_t>(style_.trail_line);
  trail.count = static_cast<std::uint16_t>(points.size());
  trail_commands_.push_back(trail);
}

draw::Rect DrawList::blocks() const {
  draw::Rect all{width_, height_, 0, 0};
  for (const DrawCommand& one : commands_) {
    all = {std::min<int>(all.x0, one.x0), std::min<int>(all.y0, one.y0), std::max<int>(all.x1, one.x1),
           std::max<int>(all.y1, one.y1)};
  }
  return {all.x0 / 2, all.y0 / 2, (all.x1 + 1) / 2, (all.y1 + 1) / 2};
}

}  // namespace lyn
