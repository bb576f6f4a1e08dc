#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <thread>
#include <vector>

#include "device/cpu/cpu_device.h"
#include "device/guarded_io.h"
#include "device/scope.h"

namespace lyn {
namespace {

// Each is a line that the report must name.
[[gnu::noinline]] void planted_read(ByteAddress address) {
  asm volatile("" ::"r"(*static_cast<volatile std::byte*>(address.trapped())));
}
[[gnu::noinline]] void planted_write(ByteAddress address) {
  *static_cast<volatile std::byte*>(address.trapped()) = std::byte{1};
  asm volatile("");
}
[[gnu::noinline]] void planted_system_call(int fd, ByteAddress address) {
  (void)write_all(fd, {address.trapped(), 16});
  asm volatile("");
}

class ResidencyTrap : public testing::Test {
 protected:
  ResidencyTrap() { install_residency_trap(); }
  std::unique_ptr<Device> device_ = std::move(*open_cpu_device());
  Buffer buffer_ = std::move(*device_->pool().lease(4096));
};
using ResidencyTrapDeathTest = ResidencyTrap;

TEST_F(ResidencyTrapDeathTest, AHostReadEndsWithLaneStageAndStack) {
  const StageScope scope("gate", "decode");
  EXPECT_EXIT(planted_read(buffer_.address()), testing::ExitedWithCode(4),
              "violation: host touched device memory at 0x[0-9a-f]+ \\(read\\) in lane gate, stage decode(.|\n)*"
              "planted_read\\(");
}

TEST_F(ResidencyTrapDeathTest, AHostWriteEndsTheSameWay) {
  const StageScope scope("gate", "overlay");
  EXPECT_EXIT(planted_write(buffer_.address()), testing::ExitedWithCode(4),
              "\\(write\\) in lane gate, stage overlay(.|\n)*planted_write\\(");
}

TEST_F(ResidencyTrapDeathTest, ASystemCallOnDeviceMemoryIsAViolationToo) {
  const StageScope scope("gate", "output");
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_EXIT(planted_system_call(ends[1], buffer_.address()), testing::ExitedWithCode(4),
              "system call write was given device memory at 0x[0-9a-f]+ in lane gate, stage output(.|\n)*"
              "planted_system_call\\(");
  close(ends[0]);
  close(ends[1]);
}

TEST_F(ResidencyTrapDeathTest, AReadIntoDeviceMemoryIsAViolationToo) {
  const int zero = open("/dev/zero", O_RDONLY);
  EXPECT_EXIT((void)read_some(zero, {buffer_.address().trapped(), 16}), testing::ExitedWithCode(4),
              "system call read was given device memory");
  close(zero);
}

TEST_F(ResidencyTrapDeathTest, OutputsAreMadeReadableFirst) {
  const auto touch = [this] {
    install_residency_trap([] { std::fputs("finalised", stderr); });
    planted_read(buffer_.address());
  };
  EXPECT_EXIT(touch(), testing::ExitedWithCode(4), "violation(.|\n)*finalised");
}

TEST_F(ResidencyTrapDeathTest, ATouchWhileOutputsAreMadeReadableStillEnds) {
  const auto touch = [this] {
    install_residency_trap([this] { planted_read(buffer_.address()); });
    planted_read(buffer_.address());
  };
  EXPECT_EXIT(touch(), testing::ExitedWithCode(4), "violation");
}

TEST_F(ResidencyTrapDeathTest, ThreadsThatTouchAtOnceEndAsOne) {
  const auto touch = [this] {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([this] {
        const StageScope scope("yard", "track");
        planted_read(buffer_.address());
      });
    }
    for (auto& thread : threads) thread.join();
  };
  EXPECT_EXIT(touch(), testing::ExitedWithCode(4), "in lane yard, stage track");
}

TEST_F(ResidencyTrapDeathTest, ALibrarysReadIsTracedToItsCaller) {
  char host[64];
  const auto touch = [&] { std::memcpy(host, buffer_.address().trapped(), buffer_.size() / 64); };
  EXPECT_EXIT(touch(), testing::ExitedWithCode(4), "(read)(.|\n)*ALibrarysReadIsTracedToItsCaller");
}

TEST_F(ResidencyTrapDeathTest, AFaultElsewhereIsNotSwallowed) {
  const auto fault_elsewhere = [] {
    void* page = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *static_cast<volatile char*>(page) = 1;
  };
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  EXPECT_DEATH(fault_elsewhere(), "SEGV");
#else
  EXPECT_EXIT(fault_elsewhere(), testing::KilledBySignal(SIGSEGV), "");
#endif
}

TEST_F(ResidencyTrapDeathTest, ASignalThatWasSentIsNotSwallowed) {
  EXPECT_DEATH(raise(SIGSEGV), "");
}

TEST_F(ResidencyTrap, KnowsItsAddresses) {
  int host = 0;
  EXPECT_TRUE(is_trapped(buffer_.address().trapped()));
  EXPECT_FALSE(is_trapped(buffer_.address().host_view()));
  EXPECT_FALSE(is_trapped(&host));
  EXPECT_FALSE(is_trapped(nullptr));
}

TEST_F(ResidencyTrap, KernelsReadAndWriteFreely) {
  std::memset(buffer_.address().host_view(), 5, 4096);
  EXPECT_EQ(static_cast<int>(buffer_.address().host_view()[4095]), 5);
}

TEST_F(ResidencyTrap, OrdinaryWritesPass) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const std::string text = "through";
  ASSERT_TRUE(write_all(ends[1], std::as_bytes(std::span(text))).ok());
  std::string back(7, ' ');
  const auto got = read_some(ends[0], std::as_writable_bytes(std::span(back)));
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(back, text);
  close(ends[0]);
  close(ends[1]);
}

TEST_F(ResidencyTrap, AnEfaultThatIsNotOursIsAnErrorLikeAnyOther) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  void* page = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  const auto status = write_all(ends[1], {static_cast<const std::byte*>(page), 16}, "out.jsonl");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::output);
  EXPECT_NE(status.error().what.find("out.jsonl"), std::string::npos);
  munmap(page, 4096);
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace lyn
