#include "engine/outputs/outputs.h"

#include <utility>

namespace lyn {

Result<std::unique_ptr<RecordWriter>> RecordFiles::jsonl(const std::string& path, const JsonlOptions& options,
                                                         const Rotation& rotation, const Clock& clock) {
  std::lock_guard lock(mutex_);
  std::shared_ptr<RecordFile>& file = files_[path];
  if (!file) {
    LYN_TRY(RecordFile opened, RecordFile::open(path, rotation, clock));
    file = std::make_shared<RecordFile>(std::move(opened));
  }
  return make_jsonl(file, options);
}

}  // namespace lyn
