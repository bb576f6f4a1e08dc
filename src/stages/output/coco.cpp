#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "stages/output/coco_categories.h"
#include "stages/output/json_array_file.h"
#include "stages/output/mask_text.h"
#include "stages/output/record_text.h"
#include "stages/output/records.h"

namespace lyn {
namespace {

bool is_finite(const Detection& found) {
  return std::isfinite(found.box.x1) && std::isfinite(found.box.y1) && std::isfinite(found.box.x2) &&
         std::isfinite(found.box.y2) && std::isfinite(found.score);
}

class CocoResults final : public RecordWriter {
 public:
  CocoResults(JsonArrayFile file, std::vector<int> categories)
      : file_(std::move(file)), categories_(std::move(categories)) {}

  Status write(const FrameRecord& record) override {
    entries_.clear();
    // JSON has no word for a number that is none; such a box is left out.
    for (std::size_t i = 0; i < record.detections.size(); ++i) {
      if (is_finite(record.detections[i])) add(record, i);
    }
    if (entries_.size() == 0) return {};
    return file_.append({entries_.data(), entries_.size()});
  }

  Status still_there() override { return file_.still_there(); }
  Status revive() override { return file_.revive(); }
  Status flush() override { return file_.finish(); }

 private:
  void add(const FrameRecord& record, std::size_t which) {
    const Detection& found = record.detections[which];
    const auto index = static_cast<std::size_t>(std::max(0, found.class_id));
    const int category = index < categories_.size() ? categories_[index] : found.class_id + 1;
    fmt::format_to(std::back_inserter(entries_),
                   "{}{{\"image_id\":{},\"category_id\":{},\"bbox\":[{:.2f},{:.2f},{:.2f},{:.2f}],\"score\":{:.4f}",
                   entries_.size() == 0 ? "" : ",\n", record.frame, category, found.box.x1, found.box.y1,
                   found.box.width(), found.box.height(), found.score);
    add_mask(record, which);
    add_keypoints(record, which);
    entries_.push_back('}');
  }

  void add_mask(const FrameRecord& record, std::size_t which) {
    if (which >= record.masks.size() || record.picture_width <= 0 || record.picture_height <= 0) return;
    fmt::format_to(std::back_inserter(entries_),
                   ",\"segmentation\":{{\"size\":[{},{}],\"counts\":", record.picture_height, record.picture_width);
    counts_.clear();
    append_picture_run_lengths(counts_, record.masks[which], record.picture_width, record.picture_height);
    append_json_text(entries_, counts_);
    entries_.push_back('}');
  }

  void add_keypoints(const FrameRecord& record, std::size_t which) {
    const auto each = static_cast<std::size_t>(record.keypoints_each);
    if (each == 0 || (which + 1) * each > record.keypoints.size()) return;
    append(entries_, ",\"keypoints\":");
    char before = '[';
    for (const Keypoint& point : record.keypoints.subspan(which * each, each)) {
      entries_.push_back(before);
      append_fixed(entries_, static_cast<double>(point.x), 2);
      entries_.push_back(',');
      append_fixed(entries_, static_cast<double>(point.y), 2);
      entries_.push_back(',');
      append_fixed(entries_, static_cast<double>(point.score), 4);
      before = ',';
    }
    entries_.push_back(']');
  }

  JsonArrayFile file_;
  std::vector<int> categories_;
  LineBuffer entries_;
  std::string counts_;
};

}  // namespace

Result<std::unique_ptr<RecordWriter>> open_coco(const std::string& path, const std::vector<std::string>& labels) {
  LYN_TRY(JsonArrayFile file, JsonArrayFile::open(path));
  return std::unique_ptr<RecordWriter>(std::make_unique<CocoResults>(std::move(file), coco_categories(labels)));
}

}  // namespace lyn
