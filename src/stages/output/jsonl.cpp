#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>
#include <utility>

#include "stages/output/mask_text.h"
#include "stages/output/record_file.h"
#include "stages/output/record_text.h"
#include "stages/output/records.h"

namespace lyn {
namespace {

constexpr int kBoxDecimals = 2;
constexpr int kScoreDecimals = 4;
constexpr int kPtsDecimals = 6;  // what ffprobe prints

void append_integer(LineBuffer& line, std::string_view key, std::int64_t value) {
  fmt::format_to(std::back_inserter(line), ",\"{}\":{}", key, value);
}

void append_corners(LineBuffer& line, const Box& box) {
  line.push_back('[');
  append_fixed(line, box.x1, kBoxDecimals);
  line.push_back(',');
  append_fixed(line, box.y1, kBoxDecimals);
  line.push_back(',');
  append_fixed(line, box.x2, kBoxDecimals);
  line.push_back(',');
  append_fixed(line, box.y2, kBoxDecimals);
  line.push_back(']');
}

void append_box(LineBuffer& line, const Box& box) {
  append(line, "\"box\":");
  append_corners(line, box);
}

/// Class, label and score. A class without a label is labelled by its number.
void append_class(LineBuffer& line, const FrameRecord& record, int class_id, float score) {
  fmt::format_to(std::back_inserter(line), "\"class\":{},\"label\":", class_id);
  if (class_id >= 0 && static_cast<std::size_t>(class_id) < record.labels.size()) {
    append_json_text(line, record.labels[static_cast<std::size_t>(class_id)]);
  } else {
    fmt::format_to(std::back_inserter(line), "\"{}\"", class_id);
  }
  append(line, ",\"score\":");
  append_fixed(line, static_cast<double>(score), kScoreDecimals);
}

/// `[[x,y,score],…]` of the index-th detection, where it has keypoints.
void append_keypoints(LineBuffer& line, const FrameRecord& record, std::size_t index) {
  const auto each = static_cast<std::size_t>(record.keypoints_each);
  if (each == 0 || (index + 1) * each > record.keypoints.size()) return;
  append(line, ",\"keypoints\":");
  char before = '[';
  for (const Keypoint& point : record.keypoints.subspan(index * each, each)) {
    line.push_back(before);
    line.push_back('[');
    append_fixed(line, static_cast<double>(point.x), kBoxDecimals);
    line.push_back(',');
    append_fixed(line, static_cast<double>(point.y), kBoxDecimals);
    line.push_back(',');
    append_fixed(line, static_cast<double>(point.score), kScoreDecimals);
    line.push_back(']');
    before = ',';
  }
  line.push_back(']');
}

void append_mask(LineBuffer& line, const FrameRecord& record, std::size_t index) {
  if (index >= record.masks.size()) return;
  const Mask& mask = record.masks[index];
  append(line, ",\"mask\":{\"area\":");
  append_corners(line, mask.area);
  fmt::format_to(std::back_inserter(line), ",\"size\":[{},{}],\"counts\":", mask.rows, mask.columns);
  thread_local std::string counts;
  counts.clear();
  append_run_lengths(counts, mask);
  append_json_text(line, counts);
  line.push_back('}');
}

void append_detections(LineBuffer& line, const FrameRecord& record) {
  append(line, ",\"detections\":[");
  for (std::size_t i = 0; i < record.detections.size(); ++i) {
    const Detection& detection = record.detections[i];
    append(line, i == 0 ? "{" : ",{");
    append_box(line, detection.box);
    line.push_back(',');
    append_class(line, record, detection.class_id, detection.score);
    const std::int64_t track = i < record.track_ids.size() ? record.track_ids[i] : 0;
    if (track > 0) append_integer(line, "track", track);
    append_keypoints(line, record, i);
    append_mask(line, record, i);
    line.push_back('}');
  }
  line.push_back(']');
}

/// Of a classifier: what it saw in the whole picture.
void append_classes(LineBuffer& line, const FrameRecord& record) {
  append(line, ",\"classes\":[");
  for (std::size_t i = 0; i < record.classes.size(); ++i) {
    append(line, i == 0 ? "{" : ",{");
    append_class(line, record, record.classes[i].class_id, record.classes[i].score);
    line.push_back('}');
  }
  line.push_back(']');
}

void append_tracks(LineBuffer& line, const FrameRecord& record) {
  append(line, ",\"tracks\":[");
  bool first = true;
  for (const Track& track : record.tracks) {
    if (track.state == TrackState::tentative) continue;  // not confirmed yet: nobody's track
    fmt::format_to(std::back_inserter(line), "{}{{\"id\":{},", first ? "" : ",", track.id);
    append_box(line, track.box);
    line.push_back(',');
    append_class(line, record, track.class_id, track.score);
    append(line, track.state == TrackState::lost ? ",\"state\":\"lost\"" : ",\"state\":\"tracked\"");
    append_integer(line, "age", track.age);
    line.push_back('}');
    first = false;
  }
  line.push_back(']');
}

void append_pts(LineBuffer& line, const MediaTime& pts) {
  append(line, ",\"pts\":");
  if (pts.ticks == kNoTimestamp) return append(line, "null");
  append_fixed(line, pts.seconds(), kPtsDecimals);
}

/// RFC 3339, in UTC.
void append_time(LineBuffer& line, std::int64_t microseconds) {
  using std::chrono::floor;
  const std::chrono::sys_time<std::chrono::microseconds> time{std::chrono::microseconds(microseconds)};
  const auto day = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock_time(time - day);
  fmt::format_to(std::back_inserter(line), ",\"time\":\"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z\"",
                 static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                 clock_time.hours().count(), clock_time.minutes().count(), clock_time.seconds().count(),
                 clock_time.subseconds().count());
}

void append_conditions(LineBuffer& line, const FrameRecord& record) {
  append(line, ",\"conditions\":");
  char before = '[';
  for (const std::string_view condition : record.conditions) {
    line.push_back(before);
    append_json_text(line, condition);
    before = ',';
  }
  line.push_back(']');
}

void append_record(LineBuffer& line, const FrameRecord& record, bool with_tracks) {
  append(line, "{\"v\":1,\"camera\":");
  append_json_text(line, record.camera);
  fmt::format_to(std::back_inserter(line), ",\"seq\":{},\"frame\":{}", record.seq, record.frame);
  append_pts(line, record.pts);
  if (record.time_us) append_time(line, *record.time_us);
  if (record.epoch != 0) fmt::format_to(std::back_inserter(line), ",\"epoch\":{}", record.epoch);
  if (record.discontinuity) append(line, ",\"discontinuity\":true");
  if (record.damaged) append(line, ",\"damaged\":true");
  if (!record.conditions.empty()) append_conditions(line, record);
  if (record.hash) fmt::format_to(std::back_inserter(line), ",\"hash\":\"{:016x}\"", *record.hash);
  if (record.skipped.empty()) {
    append_detections(line, record);
    if (record.classified) append_classes(line, record);
  } else {
    append(line, ",\"skipped\":");
    append_json_text(line, record.skipped);
  }
  if (with_tracks) append_tracks(line, record);
  append(line, "}\n");
}

/// Whether a line says more than that there was a frame.
bool has_content(const FrameRecord& record, bool with_tracks) {
  if (!record.detections.empty() || !record.classes.empty()) return true;
  const auto confirmed = [](const Track& track) { return track.state != TrackState::tentative; };
  return with_tracks && std::any_of(record.tracks.begin(), record.tracks.end(), confirmed);
}

class JsonLines final : public RecordWriter {
 public:
  JsonLines(std::shared_ptr<RecordFile> file, JsonlOptions options) : file_(std::move(file)), options_(options) {}

  Status write(const FrameRecord& record) override {
    if (options_.only_nonempty && !has_content(record, options_.tracks)) return {};
    // One a thread: lanes that share the file format at the same time and wait for each other only
    // for the write itself.
    thread_local LineBuffer line;
    line.clear();
    append_record(line, record, options_.tracks);
    return file_->append({line.data(), line.size()});
  }

  Status still_there() override { return file_->still_there(); }
  Status revive() override { return file_->revive(); }
  Status flush() override { return file_->still_there(); }  // append() left nothing behind

 private:
  std::shared_ptr<RecordFile> file_;
  JsonlOptions options_;
};

}  // namespace

std::unique_ptr<RecordWriter> make_jsonl(std::shared_ptr<RecordFile> file, const JsonlOptions& options) {
  return std::make_unique<JsonLines>(std::move(file), options);
}

Result<std::unique_ptr<RecordWriter>> open_jsonl(const std::string& path, const JsonlOptions& options) {
  LYN_TRY(RecordFile file, RecordFile::open(path));
  return make_jsonl(std::make_shared<RecordFile>(std::move(file)), options);
}

}  // namespace lyn
