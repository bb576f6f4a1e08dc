#include "stages/scene/scene_probe.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>

#include "kernels/frame_hash.h"

namespace lyn {
namespace {

/// Blocks along the longer side, at most: enough for edges, and their means are free of the sensor's noise.
constexpr int kMostBlocks = 160;
constexpr std::size_t kAlignment = 256;

int block_log2_of(int width, int height) {
  int log2 = 2;  // a smaller block keeps too much noise
  while ((std::max(width, height) >> log2) > kMostBlocks) ++log2;
  return log2;
}

std::size_t aligned(std::size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

/// Memory for pictures of this size. The old one may still be in use on the stream.
Status SceneProbe::fit(Stream& stream, const Image& image) {
  if (image.width < 1 || image.height < 1 || image.planes[0].data.null()) {
    return Error{ErrorKind::device, "a look at an empty picture", ""};
  }
  if (staging_.bytes().empty()) {
    LYN_TRY(staging_, Staging::create(device_, sizeof(Numbers)));
  }
  if (!is_new(image)) return {};
  LYN_CHECK(stream.synchronize());
  fresh_ = true;
  args_ = {};
  const int log2 = block_log2_of(image.width, image.height);
  const int width = (image.width + (1 << log2) - 1) >> log2;
  const int height = (image.height + (1 << log2) - 1) >> log2;
  const auto blocks = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  const std::size_t usual_at = aligned(sizeof(Numbers));
  const std::size_t value_at = usual_at + aligned(blocks * sizeof(std::int32_t));
  LYN_TRY(memory_, device_.pool().lease(value_at + blocks * sizeof(std::uint16_t)));
  const ByteAddress base = memory_.address();
  numbers_ = base.as<Numbers>();
  args_.value = base.offset_bytes(static_cast<std::ptrdiff_t>(value_at)).as<std::uint16_t>();
  args_.cell_log2 = log2;
  args_.width = width;
  args_.height = height;
  args_.luma_width = image.width;
  args_.luma_height = image.height;
  scene_ = {base.offset_bytes(static_cast<std::ptrdiff_t>(value_at)).as<const std::uint16_t>(),
            base.offset_bytes(static_cast<std::ptrdiff_t>(usual_at)).as<std::int32_t>(),
            base.offset_bytes(offsetof(Numbers, cells)).as<SceneCell>(),
            width,
            height,
            0,
            false};
  return {};
}

Status SceneProbe::look(Stream& stream, const Image& image, double share) {
  LYN_CHECK(fit(stream, image));
  LYN_CHECK(stream.wait(image.ready));
  args_.luma = image.planes[0].data.as<const std::uint8_t>();
  args_.pitch = image.planes[0].pitch;
  args_.sample_bytes = image.format.sample_bytes();
  args_.low_zero_bits = image.format.high_bits ? 16 - image.format.bit_depth : 0;
  args_.bit_depth = image.format.bit_depth;
  scene_.rate = static_cast<std::int32_t>(std::lround(65536 * std::clamp(share, 0.0, 1.0)));
  scene_.restart = fresh_;
  const Grid cells{kSceneColumns, kSceneRows, 1};
  LYN_CHECK(device_.launch(stream, kMotionReduce, args_, motion_cells(args_)));
  LYN_CHECK(device_.launch(stream, kSceneLook, scene_, cells));
  LYN_CHECK(device_.launch(stream, kSceneFollow, scene_, motion_cells(args_)));
  const FrameHashArgs hash = frame_hash_args(image, numbers_.as<std::uint64_t>());
  LYN_CHECK(device_.launch(stream, kFrameHashBegin, hash, Grid{}));
  LYN_CHECK(device_.launch(stream, kFrameHash, hash, frame_hash_grid(hash)));
  LYN_CHECK(device_.copy_out(stream, Reason::scene, staging_.bytes().first(sizeof(Numbers)), numbers_.as<std::byte>()));
  LYN_TRY(done_, stream.record());
  next_.fresh = fresh_;
  next_.black = image.colour.range == Range::full ? 0 : 16;
  looked_at_ = image.lease;
  fresh_ = false;
  under_way_ = true;
  return {};
}

std::optional<SceneLook> SceneProbe::take() {
  if (!under_way_ || (done_ != nullptr && !done_->done())) return std::nullopt;
  under_way_ = false;
  done_ = nullptr;
  looked_at_ = nullptr;
  Numbers numbers;
  std::memcpy(&numbers, staging_.bytes().data(), sizeof numbers);
  next_.hash = numbers.hash;
  std::copy(std::begin(numbers.cells), std::end(numbers.cells), next_.cells.begin());
  return next_;
}

}  // namespace lyn
