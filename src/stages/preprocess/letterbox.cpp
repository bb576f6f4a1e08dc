#include "stages/preprocess/letterbox.h"

#include <utility>

#include "kernels/letterbox_area.h"
#include "stages/preprocess/letterbox_args.h"

namespace lyn {

class Letterbox::Impl {
 public:
  Impl(Device& device, InputSpec spec) : device_(device), spec_(spec), checked_(check_input(spec)) {}

  Result<LetterboxGeometry> run(Stream& stream, const Image& image, ByteAddress slot) {
    if (!checked_) return checked_.error();
    LYN_CHECK(check_picture(image));
    LYN_CHECK(stream.wait(image.ready));
    LYN_TRY(LetterboxArgs args, letterbox_args(device_, stream, image, spec_, tables_));
    args.slot = slot.as<std::uint8_t>();
    const bool bytes = image.format.sample_bytes() == 1;
    const Kernel& bilinear = bytes ? kLetterbox8Kernel : kLetterbox16Kernel;
    const Kernel& area = bytes ? kLetterboxArea8Kernel : kLetterboxArea16Kernel;
    const Kernel& kernel = spec_.resize == Resize::area ? area : bilinear;
    const Grid grid{static_cast<unsigned>(spec_.width), static_cast<unsigned>(spec_.height), 1};
    LYN_CHECK(device_.launch(stream, kernel, args, grid));
    return letterbox_geometry(image.upright_width(), image.upright_height(), spec_);
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
