#pragma once

#include "device/device.h"
#include "device/image.h"
#include "lynceus/open_device.h"
#include "lynceus/picture.h"

namespace lyn {

struct Picture::Impl {
  OpenDevice owner;  ///< first: the device closes after the frame has given its memory back
  Device& device;
  Frame frame;
};

}  // namespace lyn
