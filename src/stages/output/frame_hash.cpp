#include "kernels/frame_hash.h"

#include <cstring>
#include <utility>

#include "stages/output/frame_dump.h"

namespace lyn {
namespace {

class DeviceFrameHash : public FrameHash {
 public:
  DeviceFrameHash(Device& device, Buffer result, Staging copy)
      : device_(device), result_(std::move(result)), copy_(std::move(copy)) {}

  Result<std::uint64_t> of(Stream& stream, const Image& image) override {
    LYN_CHECK(stream.wait(image.ready));
    const FrameHashArgs args = frame_hash_args(image, result_.address().as<std::uint64_t>());
    LYN_CHECK(device_.launch(stream, kFrameHashBegin, args, Grid{}));
    LYN_CHECK(device_.launch(stream, kFrameHash, args, frame_hash_grid(args)));
    LYN_CHECK(device_.copy_out(stream, Reason::hash, copy_.bytes(), result_.address()));
    LYN_CHECK(stream.synchronize());
    std::uint64_t hash = 0;
    std::memcpy(&hash, copy_.bytes().data(), sizeof hash);
    return hash;
  }

 private:
  Device& device_;
  Buffer result_;
  Staging copy_;
};

}  // namespace

Result<std::unique_ptr<FrameHash>> FrameHash::create(Device& device) {
  LYN_TRY(Buffer result, device.pool().lease(sizeof(std::uint64_t)));
  LYN_TRY(Staging copy, Staging::create(device, sizeof(std::uint64_t)));
  return std::unique_ptr<FrameHash>(std::make_unique<DeviceFrameHash>(device, std::move(result), std::move(copy)));
}

}  // namespace lyn
