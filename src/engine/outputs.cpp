#include "engine/outputs.h"

#include <utility>

namespace lyn {

Result<std::shared_ptr<RecordWriter>> RecordFiles::jsonl(const std::string& path, bool with_tracks) {
  std::lock_guard lock(mutex_);
  std::shared_ptr<RecordWriter>& file = files_[path];
  if (!file) {
    LYN_TRY(file, open_jsonl(path, with_tracks));
  }
  return file;
}

Result<std::shared_ptr<RecordWriter>> RecordFiles::mot(const std::string& path) {
  std::lock_guard lock(mutex_);
  std::shared_ptr<RecordWriter>& file = files_[path];
  if (!file) {
    LYN_TRY(file, open_mot(path));
  }
  return file;
}

}  // namespace lyn
