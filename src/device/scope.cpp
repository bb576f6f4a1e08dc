#include "device/scope.h"

namespace lyn {

namespace {

constinit thread_local const char* lane_at_work = "";
constinit thread_local const char* stage_at_work = "";

}  // namespace

StageScope::StageScope(const char* lane, const char* stage) : outer_lane_(lane_at_work), outer_stage_(stage_at_work) {
  lane_at_work = lane;
  stage_at_work = stage;
}

StageScope::~StageScope() {
  lane_at_work = outer_lane_;
  stage_at_work = outer_stage_;
}

const char* StageScope::lane() {
  return lane_at_work;
}

const char* StageScope::stage() {
  return stage_at_work;
}

}  // namespace lyn
