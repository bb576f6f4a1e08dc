// Reads pictures of a file or camera on a device and hands one to DLPack:
//   read_frames SOURCE [cpu|cuda|cuda:N]
#include <lynceus/dlpack.h>
#include <lynceus/lynceus.h>

#include <cstdio>

namespace {

int fail(const lyn::Error& error) {
  std::fprintf(stderr, "read_frames: %s\n", error.text().c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return fail({lyn::ErrorKind::usage, "no source is named", "read_frames SOURCE [DEVICE]"});
  auto device = lyn::OpenDevice::open(argc > 2 ? argv[2] : "cpu");
  if (!device) return fail(device.error());
  auto source = lyn::VideoSource::open(*device, argv[1]);
  if (!source) return fail(source.error());

  int count = 0;
  for (; count < 100; ++count) {
    auto picture = source->read();
    if (!picture) return fail(picture.error());
    if (!*picture) break;
    std::printf("pts %.6f  %dx%d on %s\n", (*picture)->pts().seconds(), (*picture)->width(), (*picture)->height(),
                device->name().c_str());
    if (count > 0) continue;
    auto luma = (*picture)->dlpack(0);  // `cuda`: the picture's own memory; `cpu`: a counted copy
    if (!luma) return fail(luma.error());
    const DLTensor& tensor = (*luma)->dl_tensor;
    std::printf("dlpack: device type %d:%d, uint%d [%ld, %ld], strides [%ld, %ld]\n", tensor.device.device_type,
                tensor.device.device_id, tensor.dtype.bits, static_cast<long>(tensor.shape[0]),
                static_cast<long>(tensor.shape[1]), static_cast<long>(tensor.strides[0]),
                static_cast<long>(tensor.strides[1]));
  }
  std::printf("%d pictures, %llu bytes of pixels on the host\n", count,
              static_cast<unsigned long long>(device->host_pixel_bytes()));
  return count > 0 ? 0 : 1;
}
