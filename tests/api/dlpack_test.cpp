#include "lynceus/dlpack.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>

#include "lynceus/lynceus.h"
#include "media/clips.h"

namespace lyn {
namespace {

// The ABI on 64-bit machines, as DLPack 1.0 lays it out.
static_assert(sizeof(DLDevice) == 8 && sizeof(DLDataType) == 4 && sizeof(DLTensor) == 48);
static_assert(offsetof(DLTensor, device) == 8 && offsetof(DLTensor, ndim) == 16 && offsetof(DLTensor, dtype) == 20);
static_assert(offsetof(DLTensor, shape) == 24 && offsetof(DLTensor, strides) == 32 &&
              offsetof(DLTensor, byte_offset) == 40);
static_assert(offsetof(DLManagedTensor, manager_ctx) == 48 && offsetof(DLManagedTensor, deleter) == 56);
static_assert(offsetof(DLManagedTensorVersioned, manager_ctx) == 8 &&
              offsetof(DLManagedTensorVersioned, deleter) == 16 && offsetof(DLManagedTensorVersioned, flags) == 24 &&
              offsetof(DLManagedTensorVersioned, dl_tensor) == 32);

std::string black_clip(const std::string& codec, const std::string& pixel_format) {
  return media::clip("api_black_" + pixel_format + ".mp4",
                     "-f lavfi -i color=c=black:size=50x38:rate=5:duration=0.2 -pix_fmt " + pixel_format + " -c:v " +
                         codec + " -loglevel error");
}

class PublicApiDlpack : public testing::Test {
 protected:
  Picture first_of(const std::string& clip) {
    auto source = VideoSource::open(device_, clip);
    EXPECT_TRUE(source) << source.error().text();
    auto picture = source->read();
    EXPECT_TRUE(picture && *picture);
    return **picture;
  }
  OpenDevice device_ = *OpenDevice::open("cpu");
};

TEST_F(PublicApiDlpack, GivesEachPlaneAsATensorOfBytes) {
  const Picture picture = first_of(black_clip("libx264", "yuv420p"));
  ASSERT_EQ(picture.planes(), 3);
  const auto luma = picture.dlpack(0);
  const auto chroma = picture.dlpack(1);
  ASSERT_TRUE(luma && chroma);
  const DLTensor& tensor = (*luma)->dl_tensor;
  EXPECT_EQ(tensor.device.device_type, kDLCPU);
  EXPECT_EQ(tensor.dtype.code, kDLUInt);
  EXPECT_EQ(tensor.dtype.bits, 8);
  ASSERT_EQ(tensor.ndim, 2);
  EXPECT_EQ(tensor.shape[0], 38);
  EXPECT_EQ(tensor.shape[1], 50);
  EXPECT_EQ(tensor.strides[0], 50);
  EXPECT_EQ(tensor.strides[1], 1);
  EXPECT_EQ((*chroma)->dl_tensor.shape[0], 19);
  EXPECT_EQ((*chroma)->dl_tensor.shape[1], 25);
  // Black: 16 in luma, 128 in chroma (ITU-T BT.601, limited range).
  const auto* y = static_cast<const unsigned char*>(tensor.data);
  const auto* u = static_cast<const unsigned char*>((*chroma)->dl_tensor.data);
  for (int i = 0; i < 38 * 50; ++i) ASSERT_EQ(y[i], 16) << i;
  for (int i = 0; i < 19 * 25; ++i) ASSERT_EQ(u[i], 128) << i;
}

TEST_F(PublicApiDlpack, GivesSamplesOfMoreThanEightBitsAsWords) {
  const Picture picture = first_of(black_clip("libx265 -x265-params log-level=none", "yuv420p10le"));
  const auto luma = picture.dlpack(0);
  ASSERT_TRUE(luma) << luma.error().text();
  const DLTensor& tensor = (*luma)->dl_tensor;
  EXPECT_EQ(tensor.dtype.bits, 16);
  EXPECT_EQ(tensor.strides[0], 50);
  std::uint16_t last = 0;
  std::memcpy(&last, static_cast<const std::byte*>(tensor.data) + (38 * 50 - 1) * 2, 2);
  EXPECT_EQ(last, 64);
}

TEST_F(PublicApiDlpack, CountsEveryByteThatComesToTheHost) {
  const Picture picture = first_of(black_clip("libx264", "yuv420p"));
  EXPECT_EQ(device_.host_pixel_bytes(), 0U);
  ASSERT_TRUE(picture.dlpack(0));
  EXPECT_EQ(device_.host_pixel_bytes(), 38U * 50);
  ASSERT_TRUE(picture.dlpack_unversioned(2));
  EXPECT_EQ(device_.host_pixel_bytes(), 38U * 50 + 19U * 25);
}

TEST_F(PublicApiDlpack, SaysItsVersionAndThatItIsACopy) {
  const auto luma = first_of(black_clip("libx264", "yuv420p")).dlpack(0);
  ASSERT_TRUE(luma);
  EXPECT_EQ((*luma)->version.major, 1U);
  EXPECT_EQ((*luma)->flags, DLPACK_FLAG_BITMASK_IS_COPIED);
}

TEST_F(PublicApiDlpack, IsHandedOverWithADeleterThatEndsIt) {
  auto luma = first_of(black_clip("libx264", "yuv420p")).dlpack_unversioned(0);
  ASSERT_TRUE(luma);
  DLManagedTensor* taken = luma->release();
  EXPECT_EQ(static_cast<const unsigned char*>(taken->dl_tensor.data)[0], 16) << "after the picture has gone";
  taken->deleter(taken);  // the address sanitizer sees a leak otherwise
}

TEST_F(PublicApiDlpack, RefusesAPlaneThatIsNone) {
  const Picture picture = first_of(black_clip("libx264", "yuv420p"));
  for (const int index : {-1, 3}) {
    const auto tensor = picture.dlpack(index);
    ASSERT_FALSE(tensor);
    EXPECT_EQ(tensor.error().kind, ErrorKind::usage);
    EXPECT_EQ(picture.plane(index).address, 0U);
  }
}

}  // namespace
}  // namespace lyn
