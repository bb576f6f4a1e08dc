#include <utility>

#include "api/dlpack_tensor.h"
#include "api/picture_impl.h"

namespace lyn {

Picture::Picture(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

int Picture::width() const {
  return impl_->frame.image.width;
}

int Picture::height() const {
  return impl_->frame.image.height;
}

int Picture::rotation() const {
  return impl_->frame.image.rotation;
}

PixelFormat Picture::format() const {
  return impl_->frame.image.format;
}

Colour Picture::colour() const {
  return impl_->frame.image.colour;
}

MediaTime Picture::pts() const {
  return impl_->frame.pts;
}

bool Picture::damaged() const {
  return impl_->frame.damaged;
}

int Picture::planes() const {
  return impl_->frame.image.format.planes();
}

DevicePlane Picture::plane(int index) const {
  if (index < 0 || index >= planes()) return {};
  const Plane& plane = impl_->frame.image.planes[static_cast<std::size_t>(index)];
  return {plane.data.raw, plane.pitch, plane.width, plane.height};
}

Status Picture::wait() const {
  const EventRef& ready = impl_->frame.image.ready;
  return ready ? ready->wait() : Status();
}

Result<DlpackTensor> Picture::dlpack(int index, ConsumerStream stream) const {
  LYN_TRY(auto* tensor,
          (make_dlpack<DLManagedTensorVersioned>(impl_->device, impl_->frame.image, index, stream, impl_)));
  return DlpackTensor(tensor);
}

Result<DlpackTensorUnversioned> Picture::dlpack_unversioned(int index, ConsumerStream stream) const {
  LYN_TRY(auto* tensor, (make_dlpack<DLManagedTensor>(impl_->device, impl_->frame.image, index, stream, impl_)));
  return DlpackTensorUnversioned(tensor);
}

}  // namespace lyn
