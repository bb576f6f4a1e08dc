#pragma once

#include "core/stage_stats.h"

namespace lyn {

/// The stages of a run, looked up once, in the order of a frame's way.
struct StageSet {
  explicit StageSet(StageStats& stats)
      : decode(stats.stage("decode")),
        scene(stats.stage("scene")),
        preprocess(stats.stage("preprocess")),
        infer(stats.stage("infer")),
        track(stats.stage("track")),
        output(stats.stage("output")),
        overlay(stats.stage("overlay")),
        encode(stats.stage("encode")) {}

  StageMeter& decode;
  StageMeter& scene;
  StageMeter& preprocess;
  StageMeter& infer;
  StageMeter& track;
  StageMeter& output;
  StageMeter& overlay;
  StageMeter& encode;
};

}  // namespace lyn
