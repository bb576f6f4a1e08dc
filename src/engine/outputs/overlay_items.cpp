#include "engine/outputs/overlay_items.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

namespace lyn {
namespace {

std::string_view name_of(int class_id, std::span<const std::string> labels) {
  const auto index = static_cast<std::size_t>(class_id);
  return index < labels.size() ? std::string_view(labels[index]) : "object";
}

void append_label(std::string& text, const Detection& detection, std::int64_t track,
                  std::span<const std::string> labels) {
  const std::string_view name = name_of(detection.class_id, labels);
  if (track > 0) {
    fmt::format_to(std::back_inserter(text), "{} #{} {:.2f}", name, track, detection.score);
  } else {
    fmt::format_to(std::back_inserter(text), "{} {:.2f}", name, detection.score);
  }
}

void append_classes(std::string& text, const Findings& found, std::span<const std::string> labels) {
  for (const ClassScore& one : found.classes) {
    fmt::format_to(std::back_inserter(text), "{}{} {:.2f}", text.empty() ? "" : ", ", name_of(one.class_id, labels),
                   one.score);
  }
}

}  // namespace

std::span<const OverlayItem> OverlayItems::build(const Image& picture, const Findings& found,
                                                 std::span<const std::int64_t> track_ids,
                                                 std::span<const std::string> labels) {
  if (texts_.size() < found.boxes.size() + 1) texts_.resize(found.boxes.size() + 1);
  items_.clear();
  for (std::size_t i = 0; i < found.boxes.size(); ++i) {
    const Detection& detection = found.boxes[i];
    const std::int64_t track = i < track_ids.size() ? track_ids[i] : 0;
    texts_[i].clear();
    append_label(texts_[i], detection, track, labels);
    items_.push_back(
        {detection.box, track, detection.class_id, texts_[i], found.keypoints_of(i), found.mask_of(i), true});
  }
  if (found.classes.empty()) return items_;
  std::string& text = texts_[found.boxes.size()];
  text.clear();
  append_classes(text, found, labels);
  const Box whole{0, 0, static_cast<float>(picture.upright_width()), static_cast<float>(picture.upright_height())};
  items_.push_back({whole, 0, found.classes[0].class_id, text, {}, nullptr, false});
  return items_;
}

}  // namespace lyn
