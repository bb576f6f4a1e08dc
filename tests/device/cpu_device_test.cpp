#include "device/cpu/cpu_device.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace lyn {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

class CpuDevice : public testing::Test {
 protected:
  std::unique_ptr<Device> device_ = std::move(*open_cpu_device());
  std::unique_ptr<Stream> stream_ = std::move(*device_->open_stream());
};

TEST_F(CpuDevice, GivesBackWhatWasCopiedIn) {
  auto buffer = device_->pool().lease(5);
  ASSERT_TRUE(buffer.ok());
  ASSERT_TRUE(device_->copy_in(*stream_, Reason::tables, buffer->address(), bytes_of("lynx!")).ok());
  std::string back(5, ' ');
  ASSERT_TRUE(
      device_->copy_out(*stream_, Reason::boxes, std::as_writable_bytes(std::span(back)), buffer->address()).ok());
  EXPECT_EQ(back, "lynx!");
}

TEST_F(CpuDevice, TakesAllPagesWithTheAllocationSoThatUseTakesNoMore) {
  constexpr std::size_t kBytes = 8 << 20;
  const std::size_t page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const auto address = device_->allocate(MemoryKind::device, kBytes);
  ASSERT_TRUE(address.ok());
  std::vector<unsigned char> resident(kBytes / page);
  ASSERT_EQ(mincore(const_cast<std::byte*>(address->host_view()), kBytes, resident.data()), 0);
  EXPECT_TRUE(std::ranges::all_of(resident, [](unsigned char flags) { return (flags & 1) != 0; }));
  device_->free(MemoryKind::device, *address, kBytes);
}

TEST_F(CpuDevice, CarriesAddressesThatDifferFromWhereKernelsReadByOneOffset) {
  auto other = std::move(*open_cpu_device());
  auto first = device_->pool().lease(1);
  auto second = other->pool().lease(1);
  const auto distance = [](const Result<Buffer>& buffer) {
    return reinterpret_cast<std::byte*>(buffer->address().host_view()) - buffer->address().trapped();
  };
  EXPECT_NE(distance(first), 0);
  EXPECT_EQ(distance(first), distance(second));
}

TEST_F(CpuDevice, CopiesRowsBetweenPitches) {
  auto buffer = device_->pool().lease(64);
  ASSERT_TRUE(device_->copy_in(*stream_, Reason::tables, buffer->address(), bytes_of("ab..cd..ef..")).ok());
  std::array<char, 9> back;
  back.fill('-');
  const CopyShape shape{2, 3, 4, 3};
  ASSERT_TRUE(
      device_
          ->copy_out_rows(*stream_, Reason::frames, reinterpret_cast<std::byte*>(back.data()), buffer->address(), shape)
          .ok());
  EXPECT_EQ(std::string(back.data(), back.size()), "ab-cd-ef-");
  EXPECT_EQ(device_->ledger().host_pixel_bytes(), 6u);
}

TEST_F(CpuDevice, CopiesWithinItselfWithoutACrossing) {
  auto from = device_->pool().lease(4);
  auto to = device_->pool().lease(4);
  ASSERT_TRUE(device_->copy_in(*stream_, Reason::tables, from->address(), bytes_of("same")).ok());
  ASSERT_TRUE(device_->copy_within(*stream_, to->address(), from->address(), {4, 1, 4, 4}).ok());
  EXPECT_EQ(std::memcmp(to->address().host_view(), "same", 4), 0);
  EXPECT_EQ(device_->ledger().bytes(Reason::tables), 4u);
  EXPECT_EQ(device_->ledger().host_pixel_bytes(), 0u);
}

TEST_F(CpuDevice, RefusesAReasonThatGoesTheOtherWay) {
  auto buffer = device_->pool().lease(4);
  const auto status = device_->copy_in(*stream_, Reason::boxes, buffer->address(), bytes_of("oops"));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::violation);
  EXPECT_EQ(device_->ledger().bytes(Reason::boxes), 0u);
}

TEST_F(CpuDevice, RefusesToCopyIntoMemoryThatIsNotItsOwn) {
  char host[4];
  const auto status =
      device_->copy_in(*stream_, Reason::tables, {reinterpret_cast<std::uintptr_t>(host)}, bytes_of("host"));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(device_->ledger().bytes(Reason::tables), 0u) << "a copy that failed is not counted";
}

struct FillArgs {
  Address<unsigned> out;
};
const Kernel kFill{"fill",
                   [](const void* args, Grid grid) {
                     auto* out = static_cast<const FillArgs*>(args)->out.host_view();
                     for (unsigned y = 0; y < grid.y; ++y)
                       for (unsigned x = 0; x < grid.x; ++x) out[y * grid.x + x] = 10 * y + x;
                   },
                   {1, 1, 1}};

TEST_F(CpuDevice, RunsAKernelOverTheWholeGridBeforeLaunchReturns) {
  auto buffer = device_->pool().lease(6 * sizeof(unsigned));
  ASSERT_TRUE(device_->launch(*stream_, kFill, FillArgs{buffer->address().as<unsigned>()}, {3, 2, 1}).ok());
  const unsigned expected[] = {0, 1, 2, 10, 11, 12};
  EXPECT_EQ(std::memcmp(buffer->address().host_view(), expected, sizeof expected), 0);
}

TEST_F(CpuDevice, RefusesAKernelThatHasNoHostForm) {
  const Kernel gpu_only{"only_there", nullptr, {1, 1, 1}};
  const auto status = device_->launch(*stream_, gpu_only, FillArgs{}, {});
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().what.find("only_there"), std::string::npos);
}

TEST_F(CpuDevice, GivesPagesOfZerosAlsoWhereOldOnesWereFreed) {
  auto first = device_->allocate(MemoryKind::device, 8192);
  ASSERT_TRUE(first.ok());
  std::memset(first->host_view(), 0xff, 8192);
  device_->free(MemoryKind::device, *first, 8192);
  auto again = device_->allocate(MemoryKind::device, 8192);
  ASSERT_EQ(*again, *first) << "first fit";
  EXPECT_EQ(static_cast<int>(again->host_view()[4096]), 0) << "the old page did not go back to the system";
  device_->free(MemoryKind::device, *again, 8192);
}

TEST_F(CpuDevice, RefusesMoreThanTheMachineHas) {
  const auto huge = device_->pool().lease(std::size_t{1} << 45);
  ASSERT_FALSE(huge.ok());
  EXPECT_EQ(huge.error().kind, ErrorKind::device);
}

TEST_F(CpuDevice, KnowsTheMemoryOfTheMachine) {
  const auto memory = device_->memory();
  EXPECT_GT(memory.free_bytes, 0u);
  EXPECT_GE(memory.total_bytes, memory.free_bytes);
}

TEST_F(CpuDevice, StagingIsOrdinaryHostMemory) {
  auto staging = Staging::create(*device_, 100);
  ASSERT_TRUE(staging.ok());
  ASSERT_EQ(staging->bytes().size(), 100u);
  std::memset(staging->bytes().data(), 7, 100);
  EXPECT_FALSE(is_trapped(staging->bytes().data()));
  Staging moved = std::move(*staging);
  EXPECT_EQ(static_cast<int>(moved.bytes()[99]), 7);
}

TEST_F(CpuDevice, EventsAreDoneWhenTheyAreMade) {
  const auto event = stream_->record();
  ASSERT_TRUE(event.ok());
  EXPECT_EQ(*event, nullptr);
  EXPECT_TRUE(stream_->wait(*event).ok());
  EXPECT_TRUE(stream_->synchronize().ok());
}

}  // namespace
}  // namespace lyn
