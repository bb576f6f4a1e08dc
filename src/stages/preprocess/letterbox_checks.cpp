#include <cmath>
#include <string>
#include <utility>

#include "stages/preprocess/letterbox_args.h"

namespace lyn {
namespace {

constexpr int kLongestSlotSide = 16384;

}  // namespace

Status check_input(const InputSpec& spec) {
  const auto refuse = [](std::string what, std::string remedy) {
    return Error{ErrorKind::device, std::move(what), std::move(remedy)};
  };
  if (spec.width < 1 || spec.height < 1 || spec.width > kLongestSlotSide || spec.height > kLongestSlotSide) {
    return refuse(
        "a model input of " + std::to_string(spec.width) + "x" + std::to_string(spec.height) + " cannot be filled",
        "sides go from 1 to " + std::to_string(kLongestSlotSide));
  }
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

Status check_picture(const Image& image) {
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

}  // namespace lyn
