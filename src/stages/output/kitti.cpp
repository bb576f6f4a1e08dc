#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <utility>

#include "core/write_error.h"
#include "stages/output/dump_file.h"
#include "stages/output/record_text.h"
#include "stages/output/records.h"

namespace lyn {
namespace {

bool is_finite(const Detection& found) {
  return std::isfinite(found.box.x1) && std::isfinite(found.box.y1) && std::isfinite(found.box.x2) &&
         std::isfinite(found.box.y2) && std::isfinite(found.score);
}

/// One word: a reader takes columns apart at blanks.
void append_label(LineBuffer& lines, const FrameRecord& record, int class_id) {
  const auto index = static_cast<std::size_t>(std::max(0, class_id));
  if (class_id < 0 || index >= record.labels.size() || record.labels[index].empty()) {
    fmt::format_to(std::back_inserter(lines), "{}", class_id);
    return;
  }
  for (const char c : record.labels[index]) lines.push_back(c == ' ' || c == '\t' || c == '\n' ? '_' : c);
}

class KittiFolder final : public RecordWriter {
 public:
  KittiFolder(std::string folder, std::size_t camera, bool tracks)
      : folder_(std::move(folder)), prefix_(fmt::format("00_{:03}_", camera)), tracks_(tracks) {}

  Status begin() {
    LYN_CHECK(revive());
    return forget_earlier_run();
  }

  Status write(const FrameRecord& record) override {
    if (!record.skipped.empty()) return {};
    lines_.clear();
    for (std::size_t i = 0; i < record.detections.size(); ++i) {
      const std::int64_t track = i < record.track_ids.size() ? record.track_ids[i] : 0;
      if (is_finite(record.detections[i]) && (!tracks_ || track > 0)) add(record, record.detections[i], track);
    }
    return save(record.frame);
  }

  Status still_there() override { return {}; }  // write() finds out
  Status revive() override {
    constexpr mode_t kMode = 0777;  // less the umask
    if (::mkdir(folder_.c_str(), kMode) != 0 && errno != EEXIST) return cannot_write(folder_, errno);
    return {};
  }
  Status flush() override { return {}; }

 private:
  void add(const FrameRecord& record, const Detection& found, std::int64_t track) {
    append_label(lines_, record, found.class_id);
    auto to = std::back_inserter(lines_);
    if (tracks_) fmt::format_to(to, " {}", track);
    fmt::format_to(to, " 0.0 0 0.0 {:.6f} {:.6f} {:.6f} {:.6f} 0.0 0.0 0.0 0.0 0.0 0.0 0.0 {:.6f}\n", found.box.x1,
                   found.box.y1, found.box.x2, found.box.y2, found.score);
  }

  /// Under a name of its own until it is whole.
  Status save(std::uint64_t frame) {
    name_.clear();
    fmt::format_to(std::back_inserter(name_), "{}/{}{:06}.txt", folder_, prefix_, frame);
    half_.clear();
    fmt::format_to(std::back_inserter(half_), "{}.part", name_);
    Status saved;
    {
      auto file = DumpFile::create(half_);
      saved = file ? file->append(std::as_bytes(std::span(lines_.data(), lines_.size()))) : Status(file.error());
    }
    if (saved && std::rename(half_.c_str(), name_.c_str()) != 0) saved = cannot_write(name_, errno);
    if (!saved) ::unlink(half_.c_str());
    return saved;
  }

  /// A shorter run must not leave files of a longer one among its own.
  Status forget_earlier_run() {
    std::error_code error;
    auto entry = std::filesystem::directory_iterator(folder_, error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      const bool ours = name.starts_with(prefix_) && (name.ends_with(".txt") || name.ends_with(".txt.part"));
      if (ours && ::unlink(entry->path().c_str()) != 0) return cannot_write(entry->path().string(), errno);
    }
    return error ? Status(cannot_write(folder_, error.value())) : Status();
  }

  std::string folder_;
  std::string prefix_;
  bool tracks_;
  LineBuffer lines_;
  std::string name_;
  std::string half_;
};

}  // namespace

Result<std::unique_ptr<RecordWriter>> open_kitti(const std::string& folder, std::size_t camera, bool tracks) {
  auto writer = std::make_unique<KittiFolder>(folder, camera, tracks);
  LYN_CHECK(writer->begin());
  return std::unique_ptr<RecordWriter>(std::move(writer));
}

}  // namespace lyn
