#pragma once

#include "core/stage_stats.h"

namespace lyn {

/// The stages of a run, looked up once, in the order of a frame's way.
struct StageSet {
  explicit StageSet(Profiler& profiler)
      : decode(profiler.stage("decode")),
        preprocess(profiler.stage("preprocess")),
        infer(profiler.stage("infer")),
        track(profiler.stage("track")),
        output(profiler.stage("output")),
        overlay(profiler.stage("overlay")),
        encode(profiler.stage("encode")) {}

  StageStats& decode;
  StageStats& preprocess;
  StageStats& infer;
  StageStats& track;
  StageStats& output;
  StageStats& overlay;
  StageStats& encode;
};

}  // namespace lyn
