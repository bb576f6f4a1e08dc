#include "stages/decode/rgb_pictures.h"

#include <utility>

namespace lyn {
namespace {

constexpr std::uint64_t kNotTaken =
    AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BAYER | AV_PIX_FMT_FLAG_FLOAT;

/// Keeps what the kernel still reads beside what it writes.
struct Held {
  std::shared_ptr<const void> made;
  std::shared_ptr<AVFrame> source;
};

bool is_paletted(const AVPixFmtDescriptor& format) {
  return (format.flags & AV_PIX_FMT_FLAG_PAL) != 0;
}

bool is_grey(const AVPixFmtDescriptor& format) {
  return format.nb_components <= 2 && !is_paletted(format);
}

}  // namespace

bool RgbPictures::are(AVPixelFormat format) {
  const AVPixFmtDescriptor* known = av_pix_fmt_desc_get(format);
  if (known == nullptr || (known->flags & kNotTaken) != 0) return false;
  const int depth = known->comp[0].depth;
  const bool colours = (known->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
  return depth >= 8 && depth <= 16 && (colours || is_grey(*known));
}

Result<Image> RgbPictures::convert(AvFrame frame, ByteAddress address, const std::uint8_t* view) {
  if (!stream_) {
    LYN_TRY(stream_, device_.open_stream());
  }
  const AVPixFmtDescriptor& format = *av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame->format));
  LYN_TRY(Image to, make_image(device_, frame->width, frame->height, yuv_of_rgb(is_grey(format)), kYuvOfRgbColour));
  const auto at = [&](int plane, int offset) {
    return address.offset_bytes(frame->data[plane] + offset - view).as<const std::uint8_t>();
  };
  RgbToYuvArgs args{};
  for (int c = 0; c < (is_grey(format) ? 1 : 3); ++c) {
    const AVComponentDescriptor& component = format.comp[is_paletted(format) ? 0 : c];
    args.from[c] = {at(component.plane, component.offset), frame->linesize[component.plane], component.step};
  }
  if (is_paletted(format)) args.palette = at(1, 0);
  args.sample_bytes = format.comp[0].depth > 8 ? 2 : 1;
  args.big_endian = (format.flags & AV_PIX_FMT_FLAG_BE) != 0;
  args.shift = format.comp[0].shift;
  complete_rgb_to_yuv(args, to, is_paletted(format) ? 8 : format.comp[0].depth);
  LYN_CHECK(device_.launch(*stream_, kRgbToYuvKernel, args, rgb_to_yuv_grid(args)));
  LYN_TRY(to.ready, stream_->record());
  if (to.ready) {
    to.lease = std::make_shared<Held>(Held{std::move(to.lease), std::shared_ptr<AVFrame>(std::move(frame))});
  }
  return to;
}

}  // namespace lyn
