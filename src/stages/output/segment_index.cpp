#include "stages/output/segment_index.h"

#include <iterator>
#include <utility>

#include "stages/output/record_text.h"

namespace lyn {

Result<std::unique_ptr<SegmentIndex>> SegmentIndex::open(const std::string& path, std::string camera) {
  LYN_TRY(RecordFile file, RecordFile::open(path));
  return std::unique_ptr<SegmentIndex>(new SegmentIndex(std::move(file), std::move(camera)));
}

Status SegmentIndex::add(const SegmentRecord& segment) {
  constexpr int kDecimals = 6;  // as pts has in detections
  LineBuffer line;
  append(line, "{\"v\":1,\"camera\":");
  append_json_text(line, camera_);
  append(line, ",\"file\":");
  append_json_text(line, segment.file);
  append(line, ",\"start\":");
  append_fixed(line, segment.start, kDecimals);
  append(line, ",\"end\":");
  append_fixed(line, segment.end, kDecimals);
  fmt::format_to(std::back_inserter(line), ",\"width\":{},\"height\":{},\"codec\":", segment.width, segment.height);
  append_json_text(line, segment.codec);
  append(line, "}\n");
  return file_.append({line.data(), line.size()});
}

}  // namespace lyn
