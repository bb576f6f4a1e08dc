#include "stages/motion/motion_detector.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "kernels/motion.h"
#include "stages/motion/motion_memory.h"

namespace lyn {
namespace {

/// The background's means follow with this time constant; the deviation of covered cells more slowly.
constexpr double kFollowSeconds = 2.5;
constexpr double kCoverFollowSeconds = 20;
/// What has stood still for so long is background.
constexpr std::int32_t kAbsorbMs = 30'000;
/// A jump of the time line by more than this is another scene.
constexpr double kSceneGapSeconds = 10;
/// Corners of packed boxes reach no further.
constexpr int kMostPixels = 8192;
constexpr float kUnscaled = 64;  ///< 8.6 fixed point

/// How a quarter turn clockwise moves a box of a stored picture of this size.
Box turned(const Box& box, int quarter_turns, float width, float height) {
  switch (quarter_turns) {
    case 1:
      return {height - box.y2, box.x1, height - box.y1, box.x2};
    case 2:
      return {width - box.x2, height - box.y2, width - box.x1, height - box.y1};
    case 3:
      return {box.y1, width - box.x2, box.y2, width - box.x1};
    default:
      return box;
  }
}

std::int32_t rate_of(double elapsed, double time_constant) {
  return static_cast<std::int32_t>(std::lround(65536 * std::min(1.0, elapsed / time_constant)));
}

struct Launch {
  const Kernel* kernel;
  Grid grid;
};

/// The order of kernels/motion.h.
std::array<Launch, 20> launches(const MotionArgs& args) {
  const Grid cells = motion_cells(args);
  const auto lines = static_cast<unsigned>(2 * (args.width + args.height));
  constexpr unsigned kHistogram = kMotionHistograms * kMotionChangeBins;
  constexpr unsigned kShifts = 2 * (2 * kMotionReach + 1);
  return {{{&kMotionBegin, {kHistogram, 1, 1}},
           {&kMotionReduce, cells},
           {&kMotionProfile, {lines, 1, 1}},
           {&kMotionAlign, {kShifts, 1, 1}},
           {&kMotionChoose, {1, 1, 1}},
           {&kMotionRange, cells},
           {&kMotionCompare, cells},
           {&kMotionTone, {kMotionHistograms, 1, 1}},
           {&kMotionToned, {1, 1, 1}},
           {&kMotionRecount, cells},
           {&kMotionDecide, {1, 1, 1}},
           {&kMotionClassify, cells},
           {&kMotionClean, cells},
           {&kMotionUpdate, cells},
           {&kMotionWiden, cells},
           {&kMotionHeighten, cells},
           {&kMotionPrepare, cells},
           {&kMotionMerge, cells},
           {&kMotionMeasure, cells},
           {&kMotionGather, cells}}};
}

}  // namespace

class MotionDetector::Impl {
 public:
  Impl(Device& device, const MotionOptions& options, std::size_t places)
      : device_(device), options_(options), places_(places) {}

  Status run(Stream& stream, const Image& image, double seconds, std::size_t place);
  std::span<const Detection> boxes(std::size_t place);
  void reset() { fresh_ = true; }

 private:
  /// What a frame needs until its boxes are read.
  struct Place {
    Staging staging;
    int rotation = 0, width = 0, height = 0;
    std::vector<Detection> boxes;
  };
  Status fit(Stream& stream, const Image& image);
  MotionArgs args_for(const Image& image, double seconds);

  Device& device_;
  MotionOptions options_;
  std::vector<Place> places_;
  MotionMemory memory_;
  bool fresh_ = true;  ///< the model begins with the next frame
  int rotation_ = 0;
  double last_seconds_ = 0;
};

/// Memory for pictures of this size. The old one may still be in use on the stream.
Status MotionDetector::Impl::fit(Stream& stream, const Image& image) {
  if (image.width < 1 || image.height < 1 || image.planes[0].data.null()) {
    return Error{ErrorKind::device, "motion in an empty picture", ""};
  }
  if (std::max(image.width, image.height) > kMostPixels) {
    return Error{ErrorKind::device, "motion in a picture of more than 8192 pixels across",
                 "use a smaller stream of the camera"};
  }
  for (Place& place : places_) {
    if (place.staging.bytes().empty()) {
      LYN_TRY(place.staging, Staging::create(device_, sizeof(MotionBoxes)));
    }
    place.boxes.resize(kMaxBoxes);
  }
  if (image.rotation != std::exchange(rotation_, image.rotation)) fresh_ = true;
  if (memory_.fits(image.width, image.height)) return {};
  LYN_CHECK(stream.synchronize());
  fresh_ = true;
  memory_ = MotionMemory();
  LYN_TRY(memory_, MotionMemory::create(device_, image.width, image.height));
  return {};
}

MotionArgs MotionDetector::Impl::args_for(const Image& image, double seconds) {
  const double elapsed = seconds - std::exchange(last_seconds_, seconds);
  if (!(elapsed >= 0 && elapsed <= kSceneGapSeconds)) fresh_ = true;
  MotionArgs args = memory_.args();
  args.luma = image.planes[0].data.as<const std::uint8_t>();
  args.pitch = image.planes[0].pitch;
  args.sample_bytes = image.format.sample_bytes();
  args.low_zero_bits = image.format.high_bits ? 16 - image.format.bit_depth : 0;
  args.bit_depth = image.format.bit_depth;
  const double less = 1 - options_.sensitivity;
  args.floor = static_cast<std::int32_t>(std::lround(kUnscaled * (2 + 16 * less)));
  args.factor = static_cast<std::int32_t>(std::lround(4 * (4 + 4 * less)));
  args.restart = std::exchange(fresh_, false);
  if (!args.restart) {
    args.rate = rate_of(elapsed, kFollowSeconds);
    args.cover_rate = rate_of(elapsed, kCoverFollowSeconds);
    args.elapsed_ms = static_cast<std::int32_t>(std::lround(elapsed * 1000));
  }
  args.absorb_ms = kAbsorbMs;
  args.least_score = options_.floor;
  args.least_cells = std::max(1, static_cast<int>(std::ceil(options_.min_area * args.candidates.anchors)));
  return args;
}

Status MotionDetector::Impl::run(Stream& stream, const Image& image, double seconds, std::size_t index) {
  LYN_CHECK(fit(stream, image));
  LYN_CHECK(stream.wait(image.ready));
  const MotionArgs args = args_for(image, seconds);
  for (const Launch& launch : launches(args)) LYN_CHECK(device_.launch(stream, *launch.kernel, args, launch.grid));
  const ByteAddress results = memory_.results().as<std::byte>();
  const NmsArgs nms{args.candidates, results.as<SlotBoxes>(),
                    results.offset_bytes(offsetof(MotionBoxes, more)).as<MoreBoxes>(), options_.nms};
  LYN_CHECK(device_.launch(stream, kNms, nms, nms_grid(1)));
  Place& place = places_[index];
  place.rotation = image.rotation;
  place.width = image.width;
  place.height = image.height;
  return device_.copy_out(stream, Reason::boxes, place.staging.bytes().first(sizeof(MotionBoxes)), results);
}

std::span<const Detection> MotionDetector::Impl::boxes(std::size_t index) {
  Place& place = places_[index];
  const auto& found = *reinterpret_cast<const MotionBoxes*>(place.staging.bytes().data());
  const auto count = static_cast<std::size_t>(unpack_boxes(found.first, found.more, place.boxes.data()));
  const std::span<Detection> boxes = std::span(place.boxes).first(count);
  for (Detection& one : boxes) {
    one.box = turned(one.box, place.rotation, static_cast<float>(place.width), static_cast<float>(place.height));
  }
  return boxes;
}

MotionDetector::MotionDetector(Device& device, const MotionOptions& options, std::size_t places)
    : impl_(std::make_unique<Impl>(device, options, places)) {}
std::size_t MotionDetector::memory_bytes(int width, int height) {
  return MotionMemory::bytes_for(width, height);
}

MotionDetector::~MotionDetector() = default;

Status MotionDetector::run(Stream& stream, const Image& image, double seconds, std::size_t place) {
  return impl_->run(stream, image, seconds, place);
}

std::span<const Detection> MotionDetector::boxes(std::size_t place) {
  return impl_->boxes(place);
}

void MotionDetector::reset() {
  impl_->reset();
}

}  // namespace lyn
