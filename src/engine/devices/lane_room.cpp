#include "engine/devices/lane_room.h"

#include <algorithm>
#include <utility>

#include "core/this_thread.h"
#include "stages/motion/motion_detector.h"

namespace lyn {

namespace {

/// Where a stream does not say how many pictures a second it has.
constexpr double kUsualRate = 25;
/// What a decoder keeps to refer to, of usual streams.
constexpr std::size_t kDecoderPictures = 8;
constexpr double kLeastInferred = 1;  ///< a second, where the objective names no rate

double megapixels(const StreamInfo& stream) {
  return static_cast<double>(stream.width) * static_cast<double>(stream.height) * 1e-6;
}

std::uint64_t picture_bytes(const StreamInfo& stream) {
  const auto luma = static_cast<std::uint64_t>(stream.width) * static_cast<std::uint64_t>(stream.height);
  const std::uint64_t halves = stream.chroma == Chroma::yuv444   ? 6
                               : stream.chroma == Chroma::yuv422 ? 4
                               : stream.chroma == Chroma::yuv420 ? 3
                                                                 : 2;
  return luma * halves / 2 * (stream.bit_depth > 8 ? 2 : 1);
}

double cores_of(const DetectorConfig& detector) {
  return detector.threads > 0 ? detector.threads : usable_cores();
}

}  // namespace

StreamInfo usual_stream() {
  StreamInfo stream;
  stream.codec = CodecId::h264;
  stream.width = 1920;
  stream.height = 1080;
  return stream;
}

CameraNeed need_of(const CameraConfig& camera, const StreamInfo& stream, const LaneModel& model, std::size_t pictures) {
  const Rational rate = stream.frame_rate;
  CameraNeed need;
  need.codec = stream.codec;
  need.megapixels = megapixels(stream);
  need.rate = rate.num > 0 ? static_cast<double>(rate.num) / static_cast<double>(rate.den) : kUsualRate;
  need.memory_bytes = picture_bytes(stream) * (pictures + kDecoderPictures);
  if (model.motion) need.memory_bytes += MotionDetector::memory_bytes(stream.width, stream.height);
  if (!model.batcher) return need;
  need.inferred = need.rate / camera.detector.every;
  need.least = std::min(need.inferred, camera.objective.rate > 0 ? camera.objective.rate : kLeastInferred);
  need.model = model.name;
  need.model_time = model.batcher->service_time().frame;
  need.model_cores = cores_of(camera.detector);
  return need;
}

LaneRoom::LaneRoom(Admission& admission, const CameraConfig& camera, const DecodeConfig& decode, const LaneModel& model,
                   Ask ask)
    : admission_(admission), camera_(camera), decode_(decode), model_(model), ask_(std::move(ask)) {}

AdmissionAnswer LaneRoom::ask(const StreamInfo& stream, std::size_t pictures) {
  return ask_(need_of(camera_, stream, model_, pictures));
}

/// The work of a decoder of several threads is not the lane's thread's.
void LaneRoom::decoded(const StreamInfo& stream, std::uint64_t pictures, std::chrono::nanoseconds cpu) {
  admission_.decoded(stream.codec, megapixels(stream), pictures,
                     decode_.threads == 1 ? cpu : std::chrono::nanoseconds());
}

}  // namespace lyn
