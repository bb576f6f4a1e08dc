// A violation planted in a run on the GPU must end it with 4, what was done and by whom in the log.
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "gpu/witness/planting.h"
#include "kernels/compose.h"

namespace lyn {
namespace {

constexpr unsigned kDeviceMap = 2;  // CU_MEMHOSTALLOC_DEVICEMAP

/// Each plant is a function of a name of its own: the stack must show it.
[[gnu::noinline]] void planted_pixel_copy(Ground& ground, const Image& image) {
  std::vector<std::byte> row(static_cast<std::size_t>(image.width));
  // Past Device and its ledger, as a careless helper would do it.
  ground.api().copy_out(row.data(), image.planes[0].data.raw, row.size(), cuda::stream_handle(*ground.stream));
  static_cast<void>(ground.stream->synchronize());
  asm volatile("");
}

[[gnu::noinline]] void planted_copy_of_rows(Ground& ground, const Image& image) {
  std::vector<std::byte> rows(static_cast<std::size_t>(image.width) * 4);
  CUDA_MEMCPY2D copy{};
  copy.srcMemoryType = CU_MEMORYTYPE_DEVICE;
  copy.srcDevice = image.planes[0].data.raw;
  copy.srcPitch = static_cast<std::size_t>(image.planes[0].pitch);
  copy.dstMemoryType = CU_MEMORYTYPE_HOST;
  copy.dstHost = rows.data();
  copy.dstPitch = copy.WidthInBytes = static_cast<std::size_t>(image.width);
  copy.Height = 4;
  ground.api().copy_2d(&copy, cuda::stream_handle(*ground.stream));
  static_cast<void>(ground.stream->synchronize());
  asm volatile("");
}

[[gnu::noinline]] void planted_upload(Ground& ground, const Image& image) {
  const std::vector<std::byte> grey(64, std::byte{0x80});
  ground.api().copy_in(image.planes[0].data.raw, grey.data(), grey.size(), cuda::stream_handle(*ground.stream));
  static_cast<void>(ground.stream->synchronize());
  asm volatile("");
}

/// A kernel that finds nothing to do, on the stream that everyone shares.
[[gnu::noinline]] void planted_default_stream(Ground& ground, const Image& /*image*/) {
  ComposeArgs nothing{};
  void* parameters[] = {&nothing};
  const auto function = ground.kernels->find(kComposeKernel.name);
  ASSERT_TRUE(function.ok());
  ground.api().launch(*function, 1, 1, 1, 32, 1, 1, 0, nullptr, static_cast<void**>(parameters), nullptr);
  asm volatile("");
}

[[gnu::noinline]] void planted_allocation(Ground& ground, const Image& /*image*/) {
  auto address = ground.device->allocate(MemoryKind::device, 4096);
  if (address) ground.device->free(MemoryKind::device, *address, 4096);
  asm volatile("");
}

/// Host memory that the GPU writes by itself: no copy is ever asked for.
[[gnu::noinline]] void planted_mapped_memory(Ground& ground, const Image& image) {
  void* host = nullptr;
  const std::size_t bytes = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * 3 / 2;
  ASSERT_EQ(ground.api().host_alloc(&host, bytes, kDeviceMap), CUDA_SUCCESS);
  std::memset(host, 0, bytes);
  Image target = image;  // the GPU sees host memory at the same address
  target.lease.reset();
  const auto pitch = static_cast<std::int64_t>(image.width);
  target.planes[0] = {{reinterpret_cast<std::uintptr_t>(host)}, pitch, image.width, image.height};
  target.planes[1] = {target.planes[0].data.offset_bytes(pitch * image.height), pitch, image.width / 2,
                      image.height / 2};
  const auto args = compose_args(image, target);
  ASSERT_TRUE(args.ok()) << args.error().text();
  LYN_ASSERT_OK(ground.stream->wait(image.ready));
  LYN_ASSERT_OK(ground.device->launch(*ground.stream, kComposeKernel, *args, compose_grid(*args)));
  LYN_ASSERT_OK(ground.stream->synchronize());
  const auto* pixels = static_cast<const unsigned char*>(host);
  std::size_t seen = 0;
  for (std::size_t i = 0; i < bytes; ++i) seen += pixels[i] != 0 ? 1 : 0;
  std::fprintf(stderr, "%zu pixels reached the host without a copy\n", seen);
  ground.api().host_free(host);
}

class PlantedOnGpu : public NeedsGpu {
 protected:
  void SetUp() override {
    NeedsGpu::SetUp();
    GTEST_FLAG_SET(death_test_style, "threadsafe");
  }
};

const auto kViolation = testing::ExitedWithCode(4);

TEST_F(PlantedOnGpu, copy_of_pixels_ends_the_run) {
  EXPECT_EXIT(exit_after_run_with(planted_pixel_copy), kViolation,
              "violation: a copy from device to host that the ledger does not know, by cuMemcpyDtoHAsync.*"
              "in lane gate, stage decode(.|\n)*planted_pixel_copy");
}

TEST_F(PlantedOnGpu, copy_of_rows_ends_the_run) {
  EXPECT_EXIT(exit_after_run_with(planted_copy_of_rows), kViolation,
              "violation: a copy from device to host that the ledger does not know, by cuMemcpy2DAsync(.|\n)*"
              "planted_copy_of_rows");
}

TEST_F(PlantedOnGpu, copy_into_the_device_ends_the_run) {
  EXPECT_EXIT(exit_after_run_with(planted_upload), kViolation,
              "violation: a copy from host to device that the ledger does not know(.|\n)*planted_upload");
}

TEST_F(PlantedOnGpu, launch_on_the_default_stream_ends_the_run) {
  EXPECT_EXIT(exit_after_run_with(planted_default_stream), kViolation,
              "violation: lyn_compose was launched on a default stream(.|\n)*planted_default_stream");
}

TEST_F(PlantedOnGpu, device_memory_taken_after_warm_up_ends_the_run) {
  PlantOptions late;
  late.frame = 200;
  EXPECT_EXIT(exit_after_run_with(planted_allocation, late), kViolation,
              "violation: [0-9]+ bytes of device memory were taken after warm-up, by cuMemCreate(.|\n)*"
              "planted_allocation");
}

TEST_F(PlantedOnGpu, device_memory_taken_while_warming_up_is_nobodys_business) {
  EXPECT_EXIT(exit_after_run_with(planted_allocation), testing::ExitedWithCode(0), "\"agrees\":true");
}

TEST_F(PlantedOnGpu, host_memory_that_a_kernel_writes_ends_the_run) {
  EXPECT_EXIT(exit_after_run_with(planted_mapped_memory), kViolation,
              "violation: [0-9]+ bytes of host memory that the device can write were taken, by cuMemHostAlloc(.|\n)*"
              "planted_mapped_memory(.|\n)*[1-9][0-9]* pixels reached the host");
}

TEST_F(PlantedOnGpu, nothing_leaves_witnesses_that_agree) {
  EXPECT_EXIT(exit_after_run_with({}), testing::ExitedWithCode(0), "\"agrees\":true,\"warm\":true");
}

TEST_F(PlantedOnGpu, violation_is_only_counted_without_strict) {
  PlantOptions lenient;
  lenient.strict = false;
  EXPECT_EXIT(exit_after_run_with(planted_pixel_copy, lenient), testing::ExitedWithCode(0),
              "planted_pixel_copy(.|\n)*\"violations\":1[^0-9](.|\n)*\"agrees\":false");
}

TEST_F(PlantedOnGpu, violation_goes_unseen_where_nobody_watches) {
  PlantOptions off;
  off.witnesses = "off";
  EXPECT_EXIT(exit_after_run_with(planted_pixel_copy, off), testing::ExitedWithCode(0), "\"cupti\":\"off");
}

}  // namespace
}  // namespace lyn
