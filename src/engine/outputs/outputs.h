#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/clock.h"
#include "core/result.h"
#include "stages/output/records.h"

namespace lyn {

/// The record files of a run, by path: lanes that name the same path share one file.
class RecordFiles {
 public:
  /// A camera's writer into a file that it may share. The first to name the file says how it rotates.
  Result<std::unique_ptr<RecordWriter>> jsonl(const std::string& path, const JsonlOptions& options,
                                              const Rotation& rotation, const Clock& clock);

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<RecordFile>> files_;
};

}  // namespace lyn
