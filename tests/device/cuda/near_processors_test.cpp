#include "device/cuda/near_processors.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace lyn::cuda {
namespace {

using Processors = std::vector<int>;

TEST(NearProcessors, ReadsTheKernelsFormOfASet) {
  EXPECT_EQ(parse_processors("0-3,8,10-11\n"), (Processors{0, 1, 2, 3, 8, 10, 11}));
  EXPECT_EQ(parse_processors("5"), Processors{5});
  EXPECT_EQ(parse_processors(""), Processors{});
  EXPECT_EQ(parse_processors("\n"), Processors{});
  EXPECT_EQ(parse_processors("1,2-x"), Processors{1});
  EXPECT_EQ(parse_processors("3-1"), Processors{});
  EXPECT_EQ(parse_processors("-4"), Processors{});
  EXPECT_EQ(parse_processors("99999999999"), Processors{});
}

class NearProcessorsOnAMachine : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(devices_ / "0000:3b:00.0"); }
  void TearDown() override { std::filesystem::remove_all(devices_); }
  void say(const char* file, const char* text) { std::ofstream(devices_ / "0000:3b:00.0" / file) << text; }
  Processors near(const std::string& bus) { return processors_near(bus, devices_.string()); }

  const std::filesystem::path devices_ = std::filesystem::path(testing::TempDir()) /
                                         ("pci" + std::to_string(testing::UnitTest::GetInstance()->random_seed()) +
                                          testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(NearProcessorsOnAMachine, AreThoseOfTheGpusSide) {
  say("numa_node", "1\n");
  say("local_cpulist", "16-17,48-49\n");
  EXPECT_EQ(near("0000:3B:00.0"), (Processors{16, 17, 48, 49}));
}

TEST_F(NearProcessorsOnAMachine, AreNoneWhereTheMachineHasOneSide) {
  say("numa_node", "-1\n");
  say("local_cpulist", "0-63\n");
  EXPECT_EQ(near("0000:3B:00.0"), Processors{});
}

TEST_F(NearProcessorsOnAMachine, AreNoneWhereNothingIsSaid) {
  EXPECT_EQ(near("0000:3b:00.0"), Processors{});
  EXPECT_EQ(near("0000:5e:00.0"), Processors{});
  EXPECT_EQ(near(""), Processors{});
}

}  // namespace
}  // namespace lyn::cuda
