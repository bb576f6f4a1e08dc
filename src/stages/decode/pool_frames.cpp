#include "stages/decode/pool_frames.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "core/out_of_memory.h"
#include "stages/decode/av_formats.h"
#include "stages/decode/rgb_pictures.h"

namespace lyn {
namespace {

constexpr int kAlign = 64;  ///< of rows and planes: a cache line, and AVX-512
constexpr int kPlaneTail =
    128;  ///< libavcodec's SIMD code reads past the last row (avcodec_default_get_buffer2: 16 + 63)

using PerPlane = std::array<std::size_t, AV_NUM_DATA_POINTERS>;

struct PictureLayout {
  std::array<int, AV_NUM_DATA_POINTERS> pitch{};
  PerPlane offset{};
  std::array<bool, AV_NUM_DATA_POINTERS> is_there{};  ///< a palette has no rows
  std::size_t bytes = 0;
};

std::size_t aligned(std::size_t bytes) {
  return (bytes + kAlign - 1) / kAlign * kAlign;
}

/// Widens the picture until every row is aligned. Rows are not aligned one by one: libavcodec counts
/// on a chroma row of exactly half a luma row (update_frame_pool() in libavcodec/get_buffer.c, 5.1).
int row_sizes(AVPixelFormat format, int width, std::array<int, AV_NUM_DATA_POINTERS>& pitch) {
  for (;;) {
    const int code = av_image_fill_linesizes(pitch.data(), format, width);
    if (code < 0) return code;
    if (std::ranges::all_of(pitch, [](int row) { return row % kAlign == 0; })) return 0;
    width += width & ~(width - 1);
  }
}

int lay_out(AVCodecContext& context, const AVFrame& frame, PictureLayout& out) {
  const auto format = static_cast<AVPixelFormat>(frame.format);
  int width = frame.width;
  int height = frame.height;
  std::array<int, AV_NUM_DATA_POINTERS> ignored{};
  avcodec_align_dimensions2(&context, &width, &height, ignored.data());
  int code = row_sizes(format, width, out.pitch);
  if (code < 0) return code;
  PerPlane sizes{};
  std::array<std::ptrdiff_t, 4> pitches{};
  std::copy_n(out.pitch.begin(), pitches.size(), pitches.begin());
  code = av_image_fill_plane_sizes(sizes.data(), format, height, pitches.data());
  if (code < 0) return code;
  for (std::size_t i = 0; i < pitches.size() && sizes[i] > 0; ++i) {
    out.offset[i] = out.bytes;
    out.is_there[i] = true;
    out.bytes += aligned(sizes[i] + kPlaneTail);
  }
  return 0;
}

void free_lease(void* opaque, std::uint8_t*) {
  delete static_cast<Buffer*>(opaque);
}

std::uint8_t* view_of(const Buffer& buffer) {
  return buffer.address().as<std::uint8_t>().host_view();
}

}  // namespace

void PoolFrames::serve(AVCodecContext& context) {
  context.opaque = this;
  context.get_buffer2 = &PoolFrames::get_buffer;
#if LIBAVCODEC_VERSION_MAJOR < 60
  // Else decoder threads hand the call to the thread in avcodec_send_packet() and wait for it.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  context.thread_safe_callbacks = 1;
#pragma GCC diagnostic pop
#endif
}

int PoolFrames::get_buffer(AVCodecContext* context, AVFrame* frame, int /*flags*/) {
  auto& self = *static_cast<PoolFrames*>(context->opaque);
  self.notes_.picture_taken(frame->reordered_opaque);
  return code_or_out_of_memory(AVERROR(ENOMEM), [&] { return self.lease(*context, *frame); });
}

int PoolFrames::lease(AVCodecContext& context, AVFrame& frame) {
  const auto format = static_cast<AVPixelFormat>(frame.format);
  if (!pixel_format_of(format) && !RgbPictures::are(format)) {
    const char* name = av_get_pix_fmt_name(format);
    fail({ErrorKind::device, std::string("pictures of the format ") + (name == nullptr ? "?" : name) + " are not read",
          "have the source send YUV or grey of 8 to 12 bits, or RGB"});
    return AVERROR(ENOSYS);
  }
  PictureLayout layout;
  const int code = lay_out(context, frame, layout);
  if (code < 0) return code;
  auto leased = device_.pool().lease(layout.bytes);
  if (!leased) {
    fail(leased.error());
    return AVERROR(ENOMEM);
  }
  picture_bytes_.store(layout.bytes, std::memory_order_relaxed);
  auto buffer = std::make_unique<Buffer>(std::move(*leased));
  std::uint8_t* const view = view_of(*buffer);
  frame.buf[0] = av_buffer_create(view, layout.bytes, &free_lease, buffer.get(), 0);
  if (frame.buf[0] == nullptr) return AVERROR(ENOMEM);
  (void)buffer.release();  // free_lease() has it now
  for (std::size_t i = 0; i < layout.pitch.size(); ++i) {
    frame.linesize[i] = layout.pitch[i];
    frame.data[i] = layout.is_there[i] ? view + layout.offset[i] : nullptr;
  }
  frame.extended_data = frame.data;
  return 0;
}

std::pair<ByteAddress, const std::uint8_t*> PoolFrames::memory_of(const AVFrame& frame) {
  const auto& buffer = *static_cast<const Buffer*>(av_buffer_get_opaque(frame.buf[0]));
  return {buffer.address(), view_of(buffer)};
}

Image PoolFrames::image_of(AvFrame frame) {
  const auto [address, view] = memory_of(*frame);
  Image image;
  image.width = frame->width;
  image.height = frame->height;
  image.format = *pixel_format_of(static_cast<AVPixelFormat>(frame->format));
  for (int i = 0; i < image.format.planes(); ++i) {
    Plane& plane = image.planes.at(static_cast<std::size_t>(i));
    plane.data = address.offset_bytes(frame->data[i] - view);
    plane.pitch = frame->linesize[i];
    plane.width = i == 0 ? image.width : AV_CEIL_RSHIFT(image.width, image.format.chroma_shift_x());
    plane.height = i == 0 ? image.height : AV_CEIL_RSHIFT(image.height, image.format.chroma_shift_y());
  }
  image.lease = std::shared_ptr<AVFrame>(std::move(frame));
  return image;
}

void PoolFrames::fail(Error error) {
  std::lock_guard lock(error_mutex_);
  error_ = std::move(error);
}

std::optional<Error> PoolFrames::take_error() {
  std::lock_guard lock(error_mutex_);
  return std::exchange(error_, std::nullopt);
}

}  // namespace lyn
