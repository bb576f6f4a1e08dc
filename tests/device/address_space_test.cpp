#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdlib>

#include "device/cpu/cpu_device.h"

namespace lyn {
namespace {

void limit(__rlimit_resource resource, std::size_t bytes) {
  const rlimit limits{bytes, bytes};
  setrlimit(resource, &limits);
}

[[noreturn]] void exit_with_whether_it_leases() {
  auto device = open_cpu_device();
  const bool leased = device.ok() && (*device)->pool().lease(1 << 20).ok();
  if (!device.ok()) std::fputs(device.error().text().c_str(), stderr);
  std::_Exit(leased ? 0 : 1);
}

/// Each runs in a program of its own: addresses are reserved once a process.
class AddressSpaceDeathTest : public testing::Test {
 protected:
  AddressSpaceDeathTest() { testing::FLAGS_gtest_death_test_style = "threadsafe"; }
};

TEST_F(AddressSpaceDeathTest, WithFewAddressesTheDeviceReservesLess) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers need the addresses themselves";
#endif
  EXPECT_EXIT((limit(RLIMIT_AS, std::size_t{2} << 30), exit_with_whether_it_leases()), testing::ExitedWithCode(0), "");
}

TEST_F(AddressSpaceDeathTest, ALimitOnFileSizesDoesNotKill) {
  EXPECT_EXIT((limit(RLIMIT_FSIZE, std::size_t{100} << 20), exit_with_whether_it_leases()), testing::ExitedWithCode(0),
              "");
}

TEST_F(AddressSpaceDeathTest, WithHardlyAnyItIsRefusedWithTheRemedy) {
  EXPECT_EXIT((limit(RLIMIT_FSIZE, std::size_t{1} << 20), exit_with_whether_it_leases()), testing::ExitedWithCode(1),
              "cannot reserve addresses.*ulimit -v");
}

}  // namespace
}  // namespace lyn
