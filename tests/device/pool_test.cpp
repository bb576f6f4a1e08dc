#include "device/pool.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <thread>

#include "device/cpu/cpu_device.h"
#include "device/size_class.h"
#include "device/support/allocations.h"

namespace lyn {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

class PoolOfCpu : public testing::Test {
 protected:
  std::unique_ptr<Device> device_ = std::move(*open_cpu_device());
  Pool& pool_ = device_->pool();

  Buffer lease(std::size_t bytes) {
    auto buffer = pool_.lease(bytes);
    EXPECT_TRUE(buffer.ok()) << buffer.error().text();
    return std::move(*buffer);
  }
};

TEST(SizeClass, HoldsWhatIsAskedAndWastesAtMostAnEighth) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 10'000; ++i) {
    const std::size_t bytes = 1 + random() % (std::size_t{1} << (1 + random() % 45));
    const std::size_t given = bytes_of_class(size_class_of(bytes));
    ASSERT_GE(given, bytes);
    ASSERT_EQ(given % kLeaseAlignment, 0u);
    ASSERT_LT(given - bytes, bytes / 8 + kLeaseAlignment) << bytes;
    const std::size_t next_smaller = given > 512 ? bytes_of_class(size_class_of(bytes) - 1) : 0;
    ASSERT_LT(next_smaller, bytes) << "a smaller class would do";
  }
}

TEST_F(PoolOfCpu, LeasesAlignedMemoryOfTheSizeAsked) {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{700}, 3 * kMiB + 1}) {
    const Buffer buffer = lease(bytes);
    EXPECT_FALSE(buffer.empty());
    EXPECT_EQ(buffer.size(), bytes);
    EXPECT_EQ(buffer.address().raw % kLeaseAlignment, 0u);
  }
}

TEST_F(PoolOfCpu, LeasesDoNotOverlap) {
  std::vector<Buffer> buffers;
  for (std::size_t i = 0; i < 200; ++i) {
    buffers.push_back(lease(100 + 97 * i));
    std::memset(buffers.back().address().host_view(), static_cast<int>(i), buffers.back().size());
  }
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    const auto* bytes = buffers[i].address().host_view();
    for (std::size_t k = 0; k < buffers[i].size(); ++k) ASSERT_EQ(bytes[k], static_cast<std::byte>(i));
  }
}

TEST_F(PoolOfCpu, LendsAgainWhatCameBack) {
  const ByteAddress first = lease(kMiB).address();
  EXPECT_EQ(lease(kMiB).address(), first);
  EXPECT_EQ(pool_.stats().device_allocations, 1u);
  EXPECT_EQ(pool_.stats().leases, 2u);
  EXPECT_DOUBLE_EQ(pool_.stats().reuse(), 0.5);
}

TEST_F(PoolOfCpu, ABufferThatIsMovedIsGivenBackOnce) {
  Buffer first = lease(kMiB);
  Buffer second = std::move(first);
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): what it says
  second = lease(kMiB);
  EXPECT_EQ(pool_.stats().used_bytes, kMiB);
  second = Buffer();
  EXPECT_EQ(pool_.stats().used_bytes, 0u);
  EXPECT_EQ(pool_.stats().peak_used_bytes, 2 * kMiB);
}

TEST_F(PoolOfCpu, CountsWhatItTakesFromTheDeviceAfterWarmUp) {
  ASSERT_TRUE(pool_.reserve(kMiB, 2).ok());
  pool_.mark_warm();
  {
    const Buffer a = lease(kMiB);
    const Buffer b = lease(kMiB);
    EXPECT_EQ(pool_.stats().allocations_after_warmup, 0u);
    const Buffer c = lease(kMiB);
    EXPECT_EQ(pool_.stats().allocations_after_warmup, 1u);
  }
}

TEST_F(PoolOfCpu, ExpectsToGrowBetweenMarkColdAndMarkWarm) {
  pool_.mark_warm();
  pool_.mark_cold();
  const Buffer a = lease(kMiB);
  EXPECT_EQ(pool_.stats().allocations_after_warmup, 0u);
  pool_.mark_warm();
  const Buffer b = lease(kMiB);
  EXPECT_EQ(pool_.stats().allocations_after_warmup, 1u);
}

TEST_F(PoolOfCpu, AllocatesNothingOnTheHostWhenABlockIsFree) {
  ASSERT_TRUE(pool_.reserve(kMiB, 3).ok());
  ASSERT_TRUE(pool_.reserve(600, 3).ok());
  const auto before = test::host_allocations();
  for (int i = 0; i < 100; ++i) {
    const Buffer large = lease(kMiB);
    const Buffer small = lease(600);
  }
  EXPECT_EQ(test::host_allocations(), before);
}

TEST_F(PoolOfCpu, TrimGivesBackWhatNobodyUses) {
  {
    const Buffer kept = lease(2 * kMiB);
    { const Buffer gone = lease(5 * kMiB); }
    EXPECT_EQ(pool_.stats().reserved_bytes, 7 * kMiB);
    EXPECT_EQ(pool_.trim(), 5 * kMiB);
    EXPECT_EQ(pool_.stats().reserved_bytes, 2 * kMiB);
    EXPECT_DOUBLE_EQ(pool_.stats().fragmentation(), 0.0);
  }
  EXPECT_EQ(pool_.trim(), 2 * kMiB);
  EXPECT_EQ(pool_.trim(), 0u);
}

TEST_F(PoolOfCpu, ASlabInUseIsNotTrimmed) {
  Buffer kept = lease(1000);
  { const Buffer gone = lease(1000); }
  EXPECT_EQ(pool_.trim(), 0u);
  const Buffer again = lease(1000);
  EXPECT_EQ(pool_.stats().device_allocations, 1u) << "its free blocks are still there";
}

TEST_F(PoolOfCpu, ChangesOfResolutionEndWithinFivePercentOfTheWorkingSet) {
  std::mt19937 random(3);
  std::vector<Buffer> working(4);
  std::size_t asked = 0;
  for (int change = 0; change < 200; ++change) {
    asked = kMiB + random() % (8 * kMiB);
    for (auto& buffer : working) buffer = Buffer();
    for (auto& buffer : working) buffer = lease(asked);
    pool_.trim();
  }
  EXPECT_LE(pool_.stats().reserved_bytes, pool_.stats().used_bytes * 105 / 100);
}

TEST(Pool, RefusesBeyondItsCapAndSaysWhatToLower) {
  auto device = std::move(*open_cpu_device(4 * kMiB));
  const auto kept = device->pool().lease(3 * kMiB);
  ASSERT_TRUE(kept.ok());
  const auto refused = device->pool().lease(2 * kMiB);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::device);
  for (const char* part : {"2.0 MiB", "no more than 4.0 MiB", "3.0 MiB", "detector.batch.size"}) {
    EXPECT_NE(refused.error().text().find(part), std::string::npos) << refused.error().text();
  }
  EXPECT_TRUE(device->pool().lease(kMiB).ok()) << "what fits is still given";
}

TEST(Pool, UnderItsCapFreeMemoryOfOtherSizesMakesRoom) {
  auto device = std::move(*open_cpu_device(4 * kMiB));
  { const auto gone = device->pool().lease(3 * kMiB); }
  EXPECT_TRUE(device->pool().lease(2 * kMiB).ok());
}

TEST(Pool, ASizeThatNoMachineHasIsRefused) {
  auto device = std::move(*open_cpu_device());
  EXPECT_FALSE(device->pool().lease(SIZE_MAX).ok());
}

TEST(Pool, ABufferMayOutliveItsDeviceAndIsThenDropped) {
  Buffer survivor;
  ByteAddress address;
  {
    auto device = std::move(*open_cpu_device());
    survivor = std::move(*device->pool().lease(kMiB));
    address = survivor.address();
    std::memset(address.host_view(), 9, kMiB);
  }
  EXPECT_EQ(static_cast<int>(address.host_view()[kMiB - 1]), 9);
  auto other = std::move(*open_cpu_device());
  const auto fresh = other->pool().lease(kMiB);
  EXPECT_NE(fresh->address(), address) << "its memory must not be lent again while it is held";
  survivor = Buffer();
}

TEST(Pool, AClosedPoolRefusesLeases) {
  auto device = std::move(*open_cpu_device());
  device->pool().close();
  const auto refused = device->pool().lease(1);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().what.find("closed"), std::string::npos);
}

TEST(Pool, TwoDevicesHavePoolsOfTheirOwn) {
  auto one = std::move(*open_cpu_device());
  auto two = std::move(*open_cpu_device());
  const auto a = one->pool().lease(kMiB);
  EXPECT_EQ(two->pool().stats().reserved_bytes, 0u);
  const auto b = two->pool().lease(kMiB);
  EXPECT_NE(a->address(), b->address());
}

TEST_F(PoolOfCpu, ThreadsNeverShareABlock) {
  std::atomic<int> clashes{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 1; t <= 4; ++t) {
      threads.emplace_back([&, t] {
        std::mt19937 random(static_cast<unsigned>(t));
        for (int i = 0; i < 2000; ++i) {
          const Buffer buffer = lease(512 * (1 + random() % 3));
          auto* mark = buffer.address().as<int>().host_view();
          *mark = t;
          if (i % 64 == 0) pool_.trim();
          if (*mark != t) ++clashes;
        }
      });
    }
  }
  EXPECT_EQ(clashes, 0);
  EXPECT_EQ(pool_.stats().used_bytes, 0u);
  EXPECT_EQ(pool_.stats().leases, 8000u);
  pool_.trim();
  EXPECT_EQ(pool_.stats().reserved_bytes, 0u) << "no block was lost";
}

}  // namespace
}  // namespace lyn
