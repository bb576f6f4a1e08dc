#include <utility>

#include "api/open_device_impl.h"

namespace lyn {

OpenDevice::OpenDevice(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Result<OpenDevice> OpenDevice::open(std::string_view name) {
  LYN_TRY(const DeviceChoice choice, choose_device(name));
  LYN_TRY(auto device, choice.backend->open(choice.ordinal));
  return OpenDevice(std::make_shared<const Impl>(Impl{*choice.backend, std::move(device)}));
}

const std::string& OpenDevice::name() const {
  return impl_->device->name();
}

std::uint64_t OpenDevice::host_pixel_bytes() const {
  return impl_->device->ledger().host_pixel_bytes();
}

}  // namespace lyn
