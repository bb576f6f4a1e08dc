#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/result.h"
#include "stages/output/records.h"

namespace lyn {

/// The record files of a run, by path: lanes that name the same path share one writer.
class RecordFiles {
 public:
  Result<std::shared_ptr<RecordWriter>> jsonl(const std::string& path, bool with_tracks);
  Result<std::shared_ptr<RecordWriter>> mot(const std::string& path);

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<RecordWriter>> files_;
};

}  // namespace lyn
