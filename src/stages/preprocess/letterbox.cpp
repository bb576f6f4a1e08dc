#include "stages/preprocess/letterbox.h"

#include <cmath>
#include <string>
#include <utility>

#include "kernels/letterbox.h"
#include "stages/preprocess/letterbox_tables.h"

namespace lyn {
namespace {

constexpr int kLongestSlotSide = 16384;

Status check(const InputSpec& spec) {
  const auto refuse = [](std::string what, std::string remedy) {
    return Error{ErrorKind::device, std::move(what), std::move(remedy)};
  };
  if (spec.width < 1 || spec.height < 1 || spec.width > kLongestSlotSide || spec.height > kLongestSlotSide) {
    return refuse(
        "a model input of " + std::to_string(spec.width) + "x" + std::to_string(spec.height) + " cannot be filled",
        "sides go from 1 to " + std::to_string(kLongestSlotSide));
  }
  if (spec.resize == Resize::area) return refuse("area resize is not built yet", "use resize: bilinear in the card");
  bool plain = spec.scale == 1.0F;
  for (int c = 0; c < 3; ++c) {
    if (!(std::abs(spec.std[c]) > 0) || !std::isfinite(spec.std[c]) || !std::isfinite(spec.mean[c])) {
      return refuse("mean and std of a model input must be numbers, std not 0", "correct the card's input section");
    }
    plain = plain && spec.mean[c] == 0.0F && spec.std[c] == 1.0F;
  }
  if (!std::isfinite(spec.scale))
    return refuse("scale of a model input must be a number", "correct the card's input section");
  if (spec.type == ElementType::uint8 && !plain) {
    return refuse("a uint8 model input takes pixels as they are, but the card normalises them",
                  "leave scale, mean and std out of the card");
  }
  return {};
}

Status check(const Image& image) {
  const auto refuse = [](std::string what) { return Error{ErrorKind::device, std::move(what), ""}; };
  if (image.width < 1 || image.height < 1 || image.planes[0].data.null()) return refuse("letterbox of an empty image");
  if (image.format.bit_depth < 8 || image.format.bit_depth > 12) {
    return refuse("letterbox of " + std::to_string(image.format.bit_depth) + "-bit samples: 8 to 12 are known");
  }
  if (image.rotation < 0 || image.rotation > 3)
    return refuse("letterbox of an image with a rotation that is none of 0..3");
  const Colour& colour = image.colour;
  if (colour.matrix == Matrix::unspecified || colour.range == Range::unspecified ||
      colour.siting == Siting::unspecified) {
    return refuse("letterbox of an image whose colour is not resolved");
  }
  return {};
}

void describe_planes(const Image& image, LetterboxArgs& args) {
  const PixelFormat& format = image.format;
  const bool grey = format.chroma == Chroma::grey;
  const bool pairs = format.layout == Layout::semi_planar;
  for (std::size_t i = 0; i < 3; ++i) {
    const Plane& plane = image.planes[i == 2 && pairs ? 1 : i];
    args.planes[i] = plane.data.as<const std::uint8_t>();
    args.pitch[i] = plane.pitch;
  }
  if (pairs) args.planes[2] = args.planes[1].offset_bytes(format.sample_bytes());
  args.luma_width = image.width;
  args.chroma_width = (image.width + (1 << format.chroma_shift_x()) - 1) >> format.chroma_shift_x();
  args.chroma_step = grey ? 0 : pairs ? 2 : 1;
  args.low_zero_bits = format.high_bits ? 16 - format.bit_depth : 0;
  args.shift = format.bit_depth + 6;
  args.matrix = make_colour_matrix(image.colour.matrix, image.colour.range, format.bit_depth);
}

void describe_slot(const InputSpec& spec, ByteAddress slot, LetterboxArgs& args) {
  args.slot = slot.as<std::uint8_t>();
  args.slot_width = spec.width;
  args.slot_height = spec.height;
  args.type = spec.type;
  args.bgr = spec.order == ColourOrder::bgr;
  args.pad_value = spec.pad_value;
  for (int c = 0; c < 3; ++c) {
    args.multiplier[c] = static_cast<float>(double{spec.scale} / double{spec.std[c]});
    args.bias[c] = static_cast<float>(0.0 - double{spec.mean[c]} / double{spec.std[c]});
  }
}

void describe_tables(const LetterboxTables& tables, LetterboxArgs& args) {
  args.luma_x = tables.luma_x;
  args.luma_y = tables.luma_y;
  args.chroma_x = tables.chroma_x;
  args.chroma_y = tables.chroma_y;
  args.columns = tables.columns;
  args.rows = tables.rows;
  args.offset_x = tables.geometry.offset_x;
  args.offset_y = tables.geometry.offset_y;
  args.turned = tables.key.rotation % 2 == 1;
}

}  // namespace

class Letterbox::Impl {
 public:
  Impl(Device& device, InputSpec spec) : device_(device), spec_(spec), checked_(check(spec)) {}

  Result<LetterboxGeometry> run(Stream& stream, const Image& image, ByteAddress slot) {
    if (!checked_) return checked_.error();
    LYN_CHECK(check(image));
    LYN_CHECK(stream.wait(image.ready));
    const TableKey key{image.width, image.height, image.format.chroma, image.colour.siting, image.rotation};
    LYN_TRY(const LetterboxTables* tables, tables_.find(device_, stream, key, spec_));
    LetterboxArgs args{};
    describe_planes(image, args);
    describe_slot(spec_, slot, args);
    describe_tables(*tables, args);
    const Kernel& kernel = image.format.sample_bytes() == 1 ? kLetterbox8Kernel : kLetterbox16Kernel;
    const Grid grid{static_cast<unsigned>(spec_.width), static_cast<unsigned>(spec_.height), 1};
    LYN_CHECK(device_.launch(stream, kernel, args, grid));
    return tables->geometry;
  }

  [[nodiscard]] const InputSpec& spec() const { return spec_; }

 private:
  Device& device_;
  InputSpec spec_;
  Status checked_;
  LetterboxTableCache tables_;
};

Letterbox::Letterbox(Device& device, InputSpec spec) : impl_(std::make_unique<Impl>(device, spec)) {}
Letterbox::~Letterbox() = default;
Letterbox::Letterbox(Letterbox&&) noexcept = default;
Letterbox& Letterbox::operator=(Letterbox&&) noexcept = default;

Result<LetterboxGeometry> Letterbox::run(Stream& stream, const Image& image, ByteAddress slot) {
  return impl_->run(stream, image, slot);
}

const InputSpec& Letterbox::spec() const {
  return impl_->spec();
}

}  // namespace lyn
