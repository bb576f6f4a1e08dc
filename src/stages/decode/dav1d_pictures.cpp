#include "stages/decode/dav1d_pictures.h"

#include <array>
#include <utility>

#include "core/colour.h"
#include "core/out_of_memory.h"

namespace lyn {
namespace {

constexpr int kBlock = 128;            ///< sides are filled up to whole superblocks
constexpr std::int64_t kSetOf = 1024;  ///< rows so far apart would share few sets of the first cache level

std::int64_t aligned(std::int64_t size, std::int64_t to) {
  return (size + to - 1) / to * to;
}

std::int64_t pitch_of(std::int64_t row_bytes) {
  return row_bytes % kSetOf == 0 ? row_bytes + DAV1D_PICTURE_ALIGNMENT : row_bytes;
}

PixelFormat format_of(const Dav1dPictureParameters& shape) {
  constexpr std::array kChroma = {Chroma::grey, Chroma::yuv420, Chroma::yuv422, Chroma::yuv444};
  return {kChroma.at(static_cast<std::size_t>(shape.layout)), Layout::planar, static_cast<std::uint8_t>(shape.bpc)};
}

struct PictureLayout {
  std::array<std::int64_t, 2> pitch{};
  std::array<std::int64_t, 3> offset{};
  std::int64_t bytes = 0;
};

PictureLayout lay_out(const Dav1dPictureParameters& shape) {
  const PixelFormat format = format_of(shape);
  const std::int64_t row = aligned(shape.w, kBlock) * format.sample_bytes();
  const std::int64_t rows = aligned(shape.h, kBlock);
  PictureLayout layout;
  layout.pitch = {pitch_of(row), format.planes() == 1 ? 0 : pitch_of(row >> format.chroma_shift_x())};
  for (std::size_t i = 0; i < static_cast<std::size_t>(format.planes()); ++i) {
    layout.offset[i] = layout.bytes;
    layout.bytes += i == 0 ? layout.pitch[0] * rows : layout.pitch[1] * (rows >> format.chroma_shift_y());
  }
  layout.bytes += DAV1D_PICTURE_ALIGNMENT;
  return layout;
}

std::uint8_t* view_of(const Buffer& buffer) {
  return buffer.address().as<std::uint8_t>().host_view();
}

Siting siting_of(Dav1dChromaSamplePosition position) {
  if (position == DAV1D_CHR_VERTICAL) return Siting::left;
  return position == DAV1D_CHR_COLOCATED ? Siting::topleft : Siting::unspecified;
}

}  // namespace

void Dav1dPictures::serve(Dav1dSettings& settings) {
  settings.allocator = {this, &Dav1dPictures::allocate, &Dav1dPictures::release};
}

int Dav1dPictures::allocate(Dav1dPicture* picture, void* self) {
  return code_or_out_of_memory(DAV1D_ERR(ENOMEM), [&] { return static_cast<Dav1dPictures*>(self)->lease(*picture); });
}

void Dav1dPictures::release(Dav1dPicture* picture, void*) {
  delete static_cast<Buffer*>(picture->allocator_data);
}

int Dav1dPictures::lease(Dav1dPicture& picture) {
  if (picture.seq_hdr->mtrx == DAV1D_MC_IDENTITY && picture.p.layout == DAV1D_PIXEL_LAYOUT_I444) {
    error_ = Error{ErrorKind::device, "pictures of the format gbrp are not read",
                   "have the source send YUV or grey of 8 to 12 bits"};
    return DAV1D_ERR(ENOTSUP);
  }
  const PictureLayout layout = lay_out(picture.p);
  auto leased = device_.pool().lease(static_cast<std::size_t>(layout.bytes));
  if (!leased) {
    error_ = leased.error();
    return DAV1D_ERR(ENOMEM);
  }
  picture_bytes_ = static_cast<std::size_t>(layout.bytes);
  auto buffer = std::make_unique<Buffer>(std::move(*leased));
  std::uint8_t* const view = view_of(*buffer);
  for (std::size_t i = 0; i < static_cast<std::size_t>(format_of(picture.p).planes()); ++i) {
    picture.data[i] = view + layout.offset[i];
  }
  picture.stride[0] = layout.pitch[0];
  picture.stride[1] = layout.pitch[1];
  picture.allocator_data = buffer.release();  // release() has it now
  return 0;
}

Image Dav1dPictures::image_of(Dav1dPictureOwner picture) {
  const auto& buffer = *static_cast<const Buffer*>(picture->allocator_data);
  Image image;
  image.width = picture->p.w;
  image.height = picture->p.h;
  image.format = format_of(picture->p);
  for (std::size_t i = 0; i < static_cast<std::size_t>(image.format.planes()); ++i) {
    const int shift_x = i == 0 ? 0 : image.format.chroma_shift_x();
    const int shift_y = i == 0 ? 0 : image.format.chroma_shift_y();
    Plane& plane = image.planes.at(i);
    plane.data = buffer.address().offset_bytes(static_cast<const std::uint8_t*>(picture->data[i]) - view_of(buffer));
    plane.pitch = picture->stride[i == 0 ? 0 : 1];
    plane.width = (image.width + (1 << shift_x) - 1) >> shift_x;
    plane.height = (image.height + (1 << shift_y) - 1) >> shift_y;
  }
  image.lease = std::shared_ptr<Dav1dPicture>(std::move(picture));
  return image;
}

Colour Dav1dPictures::colour_of(const Dav1dPicture& picture) {
  const Dav1dSequenceHeader& header = *picture.seq_hdr;
  return {matrix_of_code(header.mtrx), header.color_range != 0 ? Range::full : Range::limited, siting_of(header.chr)};
}

std::optional<Error> Dav1dPictures::take_error() {
  return std::exchange(error_, std::nullopt);
}

}  // namespace lyn
