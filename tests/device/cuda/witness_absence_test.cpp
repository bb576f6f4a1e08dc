// What a machine without a GPU says of the witnesses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "device/cuda/cuda_facts.h"
#include "device/cuda/cuda_witness.h"
#include "device/cuda/cupti_api.h"
#include "device/cuda/pcie_counters.h"
#include "device/cuda/record_buffers.h"
#include "device/cuda/shared_library.h"

namespace lyn {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

bool has_driver() {
  return cuda::SharedLibrary("libcuda.so.1").found();
}

TEST(WithoutADriver, AWitnessIsRefusedWithWhatWouldHelp) {
  if (has_driver()) GTEST_SKIP() << "this machine has a driver";
  ViolationLog violations;
  for (int i = 0; i < 2; ++i) {  // a refusal leaves nothing behind
    const auto witness = open_cuda_witness(0, violations);
    ASSERT_FALSE(witness.ok());
    EXPECT_EQ(witness.error().kind, ErrorKind::device);
    EXPECT_THAT(witness.error().what, HasSubstr("CUPTI: "));
    EXPECT_THAT(witness.error().what, AnyOf(HasSubstr("is not here"), HasSubstr("cuptiSubscribe: ")));
    EXPECT_THAT(witness.error().remedy, HasSubstr("witnesses: off"));
  }
  EXPECT_EQ(violations.count(), 0U);
}

TEST(WithoutADriver, ThePcieCountersSayWhyTheyAreAbsent) {
  if (has_driver()) GTEST_SKIP() << "this machine has a driver";
  auto counters = nvml::PcieCounters::open(0);
  EXPECT_THAT(counters.absent(), HasSubstr("NVML"));
  EXPECT_EQ(counters.read().out.bytes, 0U);
}

TEST(Doctor, KnowsWhetherCuptiIsThere) {
  const CudaFacts facts = cuda_facts();
  const auto fact = std::ranges::find(facts.libraries, "libcupti.so", &LibraryFact::file);
  ASSERT_NE(fact, facts.libraries.end());
  EXPECT_EQ(fact->found, cupti::cupti_api().ok());
  EXPECT_EQ(fact->remedy.empty(), fact->found);
  if (!fact->found) return;
  EXPECT_THAT(fact->purpose, HasSubstr((*cupti::cupti_api())->file));
}

TEST(PcieCounter, CountsOnWhenItWraps) {
  EXPECT_EQ(nvml::counted({100, false}, {350, false}), 250U);
  EXPECT_EQ(nvml::counted({0xFFFFFF00U, true}, {0x100U, true}), 0x200U);
  EXPECT_EQ(nvml::counted({~0ULL, false}, {4, false}), 5U);
}

TEST(RecordBuffers, AreUsedAgain) {
  std::uint8_t* const first = cupti::RecordBuffers::take();
  std::uint8_t* const second = cupti::RecordBuffers::take();
  ASSERT_NE(first, second);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first) % 8, 0U);
  cupti::RecordBuffers::give_back(first);
  EXPECT_EQ(cupti::RecordBuffers::take(), first);
  cupti::RecordBuffers::give_back(first);
  cupti::RecordBuffers::give_back(second);
}

}  // namespace
}  // namespace lyn
