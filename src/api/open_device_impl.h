#pragma once

#include <memory>

#include "engine/run/backend.h"
#include "lynceus/open_device.h"

namespace lyn {

struct OpenDevice::Impl {
  const Backend& backend;
  std::unique_ptr<Device> device;
};

}  // namespace lyn
