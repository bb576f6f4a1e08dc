#include <algorithm>
#include <cmath>
#include <iterator>

#include "stages/output/record_file.h"
#include "stages/output/record_text.h"
#include "stages/output/records.h"

namespace lyn {
namespace {

bool is_finite(const Box& box) {
  return std::isfinite(box.x1) && std::isfinite(box.y1) && std::isfinite(box.x2) && std::isfinite(box.y2);
}

class MotCsv final : public RecordWriter {
 public:
  explicit MotCsv(RecordFile file) : file_(std::move(file)) {}

  Status write(const FrameRecord& record) override {
    thread_local LineBuffer lines;
    lines.clear();
    const std::size_t count = std::min(record.detections.size(), record.track_ids.size());
    for (std::size_t i = 0; i < count; ++i) {
      const Detection& found = record.detections[i];
      // CSV has no word for a number that is none; such a box is left out.
      if (record.track_ids[i] <= 0 || !is_finite(found.box) || !std::isfinite(found.score)) continue;
      fmt::format_to(std::back_inserter(lines), "{},{},{:.2f},{:.2f},{:.2f},{:.2f},{:.4f},-1,-1,-1\n", record.frame + 1,
                     record.track_ids[i], found.box.x1, found.box.y1, found.box.width(), found.box.height(),
                     found.score);
    }
    if (lines.size() == 0) return {};
    return file_.append({lines.data(), lines.size()});
  }

  Status still_there() override { return file_.still_there(); }
  Status revive() override { return file_.revive(); }
  Status flush() override { return file_.still_there(); }

 private:
  RecordFile file_;
};

}  // namespace

Result<std::unique_ptr<RecordWriter>> open_mot(const std::string& path) {
  LYN_TRY(RecordFile file, RecordFile::open(path));
  return std::unique_ptr<RecordWriter>(std::make_unique<MotCsv>(std::move(file)));
}

}  // namespace lyn
