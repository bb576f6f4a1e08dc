#pragma once

#include <cstdint>

#include "device/address.h"
#include "device/kernel.h"
#include "kernels/nms.h"

namespace lyn {

/// Motion against a background model, one launch a step, integers throughout: the same bits on every device.
///
/// The luma plane is averaged into square cells. A cell of the model keeps a running mean and a running mean
/// deviation of its value; and for what covers it, how long it has not moved. What stands still for long becomes
/// background, and the former background is kept: when it comes to light again it is background at once. A cell is
/// foreground when its value lies further outside the means of its 3x3 neighbourhood (so that a shake of up to a cell
/// changes nothing) than a floor and than a multiple of its deviation (so that noise sets its own threshold).
///
/// Order of a frame: begin, reduce, profile, align, choose, range, compare, tone, toned, recount, decide, classify,
/// clean, update, widen, heighten, prepare, merge, measure, gather; then kNms over the candidates.
///
/// - profile, align, choose: a shift of the whole picture by up to kMotionReach cells, from row and column sums.
/// - compare, tone, toned, recount: how cells of each brightness changed in the median, as a tone curve. Where many
///   cells changed, or the median of all drifts away, and the curve explains it, light or exposure changed: the
///   model goes through the curve.
/// - decide: when most of the picture stays unexplained, the model begins again.
/// - clean to gather: majority of 3x3; gaps of up to four cells joined; connected components with boxes and area.
///
/// Values of luma are on the scale of 8 bits: 8.6 fixed point in cells, 8.16 in the model.
constexpr int kMotionReach = 6;
constexpr int kMotionToneBins = 32;                     ///< of brightness, 8 levels each
constexpr int kMotionChangeBins = 256;                  ///< of change, 2 levels each, no change in the middle
constexpr int kMotionHistograms = kMotionToneBins + 1;  ///< of changes: by brightness, and of all cells
constexpr int kMotionLearnFrames = 12;                  ///< a new model gives no boxes for so long
constexpr int kMotionSettleFrames = 75;  ///< and sooner takes what stands still for background for so long

enum class MotionMode : std::int32_t { keep, retone, restart };

/// What steps hand to one another within a frame; `age` also to the next.
struct MotionState {
  MotionMode mode;
  std::int32_t age;                    ///< frames the model has seen
  std::int32_t shift_x, shift_y;       ///< cells: model cell (x, y) is seen at (x + shift_x, y + shift_y)
  std::uint32_t changed;               ///< cells over their threshold
  std::uint32_t changed_toned;         ///< the same, against the model after the tone curve
  std::int32_t tone[kMotionToneBins];  ///< change by brightness, 8.6; at the middle of each bin
  std::int32_t tone_known[kMotionToneBins];
  std::int32_t drift;  ///< the median change of all cells, 8.6
};

/// A connected component, at its root: the first of its cells.
struct MotionComponent {
  std::int32_t left, top, right, bottom;  ///< cells, inclusive
  std::int32_t area;                      ///< foreground cells
};

/// Everything is device memory of the detector, `cells` elements each unless said otherwise.
struct MotionArgs {
  Address<const std::uint8_t> luma;
  std::int64_t pitch;
  int luma_width, luma_height;
  int sample_bytes;
  int low_zero_bits;  ///< below the value in its 16 bits (P010: 6)
  int bit_depth;
  int cell_log2;      ///< a cell is 2^this pixels wide and high
  int width, height;  ///< cells

  Address<std::uint16_t> value;      ///< this frame, 8.6
  Address<std::uint16_t> before;     ///< the frame before, 8.6
  Address<std::int32_t> mean;        ///< model, 8.16
  Address<std::int32_t> deviation;   ///< model, 8.16
  Address<std::int32_t> former;      ///< model: mean of the background before the last absorption, 8.16
  Address<std::uint16_t> cover;      ///< model: last value of what covers it, 8.6
  Address<std::int32_t> cover_ms;    ///< model: how long that has not moved
  Address<std::uint16_t> low, high;  ///< 3x3 of means as seen in this frame, 8.6; low > high: not seen
  Address<std::uint16_t> distance;   ///< of the value from that range, 8.6
  Address<std::int32_t> profiles;    ///< 2 * (width + height): columns, rows of the frame; the same of the model
  Address<std::uint32_t> misfit;     ///< 2 * (2 * kMotionReach + 1): by horizontal shift, by vertical shift
  Address<std::uint32_t> histogram;  ///< kMotionHistograms * kMotionChangeBins
  Address<std::uint8_t> raw, mask;   ///< foreground before and after the majority
  Address<std::uint8_t> wide, joined;
  Address<std::int32_t> labels;  ///< of joined cells: another cell of the component, at last its root; others -1
  Address<MotionComponent> components;
  Address<MotionState> state;  ///< one
  Candidates candidates;

  std::int32_t floor;        ///< least threshold, 8.6
  std::int32_t factor;       ///< threshold as a multiple of the deviation, in quarters
  std::int32_t rate;         ///< of the background's running means, of 65,536
  std::int32_t cover_rate;   ///< of the deviation's where it is covered
  std::int32_t elapsed_ms;   ///< since the last frame
  std::int32_t absorb_ms;    ///< what has not moved for so long becomes background
  std::int32_t least_cells;  ///< of a component
  float least_score;         ///< of a candidate
  bool restart;              ///< the model begins with this frame
};

/// Grid of the steps that go by cells.
inline Grid motion_cells(const MotionArgs& args) {
  return {static_cast<unsigned>(args.width), static_cast<unsigned>(args.height), 1};
}

extern const Kernel kMotionBegin;     ///< {kMotionHistograms * kMotionChangeBins}
extern const Kernel kMotionReduce;    ///< cells
extern const Kernel kMotionProfile;   ///< {2 * (width + height)}
extern const Kernel kMotionAlign;     ///< {2 * (2 * kMotionReach + 1)}
extern const Kernel kMotionChoose;    ///< {1}
extern const Kernel kMotionRange;     ///< cells
extern const Kernel kMotionCompare;   ///< cells
extern const Kernel kMotionTone;      ///< {kMotionHistograms}
extern const Kernel kMotionToned;     ///< {1}
extern const Kernel kMotionRecount;   ///< cells
extern const Kernel kMotionDecide;    ///< {1}
extern const Kernel kMotionClassify;  ///< cells
extern const Kernel kMotionClean;     ///< cells
extern const Kernel kMotionUpdate;    ///< cells
extern const Kernel kMotionWiden;     ///< cells
extern const Kernel kMotionHeighten;  ///< cells
extern const Kernel kMotionPrepare;   ///< cells
extern const Kernel kMotionMerge;     ///< cells
extern const Kernel kMotionMeasure;   ///< cells
extern const Kernel kMotionGather;    ///< cells

}  // namespace lyn
