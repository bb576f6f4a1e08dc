#include "core/cpu_quota.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "core/this_thread.h"

namespace lyn {
namespace {

/// The files of the kernel, as a test wants them.
class CpuQuota : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(::testing::TempDir()) / (std::string("cpu_quota_") + test->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "pods/one");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& file, const std::string& text) const { std::ofstream(folder_ / file) << text << '\n'; }
  [[nodiscard]] std::optional<double> quota() const { return cpu_quota(folder_, folder_ / "own"); }

  std::filesystem::path folder_;
};

TEST_F(CpuQuota, IsWhatItsGroupMayTake) {
  write("own", "0::/pods/one");
  write("pods/one/cpu.max", "150000 100000");
  EXPECT_EQ(quota(), 1.5);
}

TEST_F(CpuQuota, IsTheLeastOfThoseAbove) {
  write("own", "9:name=systemd:/elsewhere\n0::/pods/one");
  write("pods/one/cpu.max", "max 100000");
  write("pods/cpu.max", "300000 100000");
  write("cpu.max", "50000 100000");
  EXPECT_EQ(quota(), 0.5) << "in a container its own group looks like the root";
}

TEST_F(CpuQuota, IsNoneWhereNothingBoundsIt) {
  EXPECT_EQ(quota(), std::nullopt) << "no file says which group";
  write("own", "4:memory:/pods\n1:cpu:/");
  write("cpu.max", "50000 100000");
  EXPECT_EQ(quota(), std::nullopt) << "version 1";
  write("own", "0::/pods/one");
  for (const char* text : {"max 100000", "", "what", "0 100000", "100000 0", "-1 100000"}) {
    write("pods/one/cpu.max", text);
    write("cpu.max", "max 100000");
    EXPECT_EQ(quota(), std::nullopt) << text;
  }
}

TEST(UsableCores, AreNotMoreThanTheQuota) {
  EXPECT_EQ(cores_within(8, std::nullopt), 8);
  EXPECT_EQ(cores_within(8, 1.5), 2) << "threads for a part of a core too";
  EXPECT_EQ(cores_within(8, 0.2), 1);
  EXPECT_EQ(cores_within(2, 16.0), 2);
}

}  // namespace
}  // namespace lyn
