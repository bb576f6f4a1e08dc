#pragma once

#include <dav1d/dav1d.h>

#include <cstddef>
#include <memory>
#include <optional>

#include "core/colour.h"
#include "core/result.h"
#include "device/device.h"
#include "device/image.h"

namespace lyn {

/// Gives a picture that dav1d handed out back to it.
struct Dav1dPictureFree {
  void operator()(Dav1dPicture* picture) const {
    dav1d_picture_unref(picture);
    delete picture;
  }
};
using Dav1dPictureOwner = std::unique_ptr<Dav1dPicture, Dav1dPictureFree>;

/// Lets dav1d decode straight into a device's pool: one lease a picture, as dav1d/picture.h (1.0) wants it.
/// Pictures may outlive this and the decoder.
class Dav1dPictures {
 public:
  explicit Dav1dPictures(Device& device) : device_(device) {}

  /// Makes a decoder that is opened with `settings` take its pictures from here; this must outlive it.
  void serve(Dav1dSettings& settings);
  /// The picture as an image of trapped addresses that shares the lease. Colour and rotation are left to
  /// the caller.
  static Image image_of(Dav1dPictureOwner picture);
  /// The colour that the sequence header tags a picture with.
  static Colour colour_of(const Dav1dPicture& picture);
  /// What the newest picture took of the pool; 0 before the first.
  [[nodiscard]] std::size_t picture_bytes() const { return picture_bytes_; }
  /// Why a picture could not be had since the last call, if so.
  std::optional<Error> take_error();

 private:
  static int allocate(Dav1dPicture* picture, void* self);
  static void release(Dav1dPicture* picture, void* self);
  int lease(Dav1dPicture& picture);

  Device& device_;
  std::size_t picture_bytes_ = 0;  ///< dav1d allocates on the thread that calls it
  std::optional<Error> error_;
};

}  // namespace lyn
