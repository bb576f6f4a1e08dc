#pragma once

#include <string_view>

namespace lyn {

/// Says, for this thread and until it ends, which lane and stage is at work: the residency trap and
/// violation reports name it. Costs two thread-local stores. `lane` and `stage` must outlive it.
class StageScope {
 public:
  StageScope(const char* lane, const char* stage);
  ~StageScope();
  StageScope(const StageScope&) = delete;
  StageScope& operator=(const StageScope&) = delete;

  static const char* lane();  ///< "" outside any scope
  static const char* stage();

 private:
  const char* outer_lane_;
  const char* outer_stage_;
};

}  // namespace lyn
