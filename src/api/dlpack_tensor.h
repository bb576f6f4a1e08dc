#pragma once

#include <memory>

#include "device/device.h"
#include "device/image.h"
#include "lynceus/dlpack.h"
#include "lynceus/picture.h"

namespace lyn {

/// Plane `index` of `image` as Picture::dlpack() promises it; `keeper` holds the picture for as long as
/// the tensor shares its memory. `Managed` is DLManagedTensorVersioned or DLManagedTensor.
template <class Managed>
Result<Managed*> make_dlpack(Device& device, const Image& image, int index, const ConsumerStream& stream,
                             std::shared_ptr<const void> keeper);

}  // namespace lyn
