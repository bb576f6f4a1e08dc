#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "stages/output/coco_categories.h"
#include "stages/output/json_array_file.h"
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
    for (const Detection& found : record.detections) {
      if (is_finite(found)) add(record.frame, found);
    }
    if (entries_.size() == 0) return {};
    return file_.append({entries_.data(), entries_.size()});
  }

  Status flush() override { return file_.finish(); }
  Status still_there() override { return file_.still_there(); }
  Status revive() override { return file_.revive(); }

 private:
  void add(std::uint64_t frame, const Detection& found) {
    const auto index = static_cast<std::size_t>(std::max(0, found.class_id));
    const int category = index < categories_.size() ? categories_[index] : found.class_id + 1;
    fmt::format_to(std::back_inserter(entries_),
                   "{}{{\"image_id\":{},\"category_id\":{},\"bbox\":[{:.2f},{:.2f},{:.2f},{:.2f}],\"score\":{:.4f}}}",
                   entries_.size() == 0 ? "" : ",\n", frame, category, found.box.x1, found.box.y1, found.box.width(),
                   found.box.height(), found.score);
  }

  JsonArrayFile file_;
  std::vector<int> categories_;
  LineBuffer entries_;
};

}  // namespace

Result<std::unique_ptr<RecordWriter>> open_coco(const std::string& path, const std::vector<std::string>& labels) {
  LYN_TRY(JsonArrayFile file, JsonArrayFile::open(path));
  return std::unique_ptr<RecordWriter>(std::make_unique<CocoResults>(std::move(file), coco_categories(labels)));
}

}  // namespace lyn
