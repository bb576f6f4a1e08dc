#include "device/cuda/cupti_calls.h"

#include <gtest/gtest.h>

#include "device/cuda/cupti_api.h"
#include "device/cuda/cupti_types.h"

namespace lyn::cupti {
namespace {

/// What the driver would hand to a callback, laid out by hand (generated_cuda_meta.h of CUDA 13.0).
template <class T>
T raw(std::initializer_list<std::uint64_t> words) {
  T value{};
  auto* to = reinterpret_cast<unsigned char*>(&value);
  for (const std::uint64_t word : words) {
    std::copy_n(reinterpret_cast<const unsigned char*>(&word), sizeof word, to);
    to += sizeof word;
  }
  return value;
}
struct Words {
  std::uint64_t at[8];
};

TEST(CallRules, KnowFunctionsWhateverTheirVersion) {
  for (const char* name : {"cuMemcpyDtoH", "cuMemcpyDtoH_v2", "cuMemcpyDtoHAsync_v2_ptsz"}) {
    ASSERT_NE(rule_of_call(name), nullptr) << name;
    EXPECT_EQ(rule_of_call(name)->kind, CallKind::copy) << name;
    EXPECT_EQ(way_of(*rule_of_call(name), nullptr), Way::out) << name;
  }
  EXPECT_EQ(way_of(*rule_of_call("cuMemcpyHtoDAsync_v2"), nullptr), Way::in);
  EXPECT_EQ(rule_of_call("cudaHostAlloc_v3020")->kind, CallKind::host_memory);
  EXPECT_EQ(rule_of_call("cuMemAllocManaged")->kind, CallKind::host_memory);
  EXPECT_EQ(rule_of_call("cuMemCreate")->kind, CallKind::device_memory);
  EXPECT_EQ(rule_of_call("cuMemAlloc_v2")->kind, CallKind::device_memory);
  EXPECT_EQ(rule_of_call("cuGraphLaunch_ptsz")->kind, CallKind::graph_launch);
  EXPECT_EQ(rule_of_call("cuLaunchKernel")->kind, CallKind::launch);
}

TEST(CallRules, LeaveOutWhatNeitherCrossesNorTakesNorLaunches) {
  for (const char* name :
       {"cuMemcpyDtoDAsync_v2", "cuMemcpyPeer", "cuMemFree_v2", "cuMemPoolCreate", "cuStreamSynchronize",
        "cuMemHostGetDevicePointer_v2", "cudaMemset_v3020", "cuLaunchHostFunc", "cuMemAllocation"}) {
    EXPECT_EQ(rule_of_call(name), nullptr) << name;
  }
}

TEST(CallRules, CountACopyFunctionThatTheyDoNotKnowAsACopy) {
  ASSERT_NE(rule_of_call("cuMemcpyBatchAsync_v2"), nullptr);
  EXPECT_EQ(way_of(*rule_of_call("cuMemcpyBatchAsync_v2"), nullptr), Way::unknown);
  EXPECT_EQ(way_of(*rule_of_call("cuMemcpy"), nullptr), Way::unknown);
}

TEST(CallRules, ReadTheDirectionOfACopyOfRows) {
  RowsCopy copy{};
  const RowsCopy* parameters = &copy;
  const CallRule& rule = *rule_of_call("cuMemcpy2DAsync_v2");
  copy.from_type = 2;
  copy.to_type = 1;
  EXPECT_EQ(way_of(rule, &parameters), Way::out);
  std::swap(copy.from_type, copy.to_type);
  EXPECT_EQ(way_of(rule, &parameters), Way::in);
  copy.from_type = 2;
  copy.to_type = 2;
  EXPECT_EQ(way_of(rule, &parameters), Way::within);
  copy.to_type = 4;  // unified: the address decides
  EXPECT_EQ(way_of(rule, &parameters), Way::unknown);
}

TEST(CallRules, ReadTheDirectionOfARuntimeCopy) {
  const CallRule& rule = *rule_of_call("cudaMemcpyAsync_v3020");
  for (const auto& [kind, way] : {std::pair{1, Way::in}, {2, Way::out}, {3, Way::within}, {4, Way::unknown}}) {
    const auto parameters = raw<Words>({0x1000, 0x2000, 64, static_cast<std::uint64_t>(kind)});
    EXPECT_EQ(way_of(rule, &parameters), way) << kind;
  }
}

TEST(CallRules, ReadHowMuchMemoryIsTaken) {
  const auto sized = raw<Words>({0x1000, 4096, 2});
  EXPECT_EQ(bytes_taken(*rule_of_call("cuMemHostAlloc_v2"), &sized), 4096U);
  const auto pitched = raw<Words>({0x1000, 0x2000, 1920, 1080, 4});
  EXPECT_EQ(bytes_taken(*rule_of_call("cuMemAllocPitch_v2"), &pitched), 1920U * 1080U);
  EXPECT_EQ(bytes_taken(*rule_of_call("cuArrayCreate_v2"), &sized), 0U);
}

TEST(CallRules, KnowADefaultStreamFromAnother) {
  const CallRule& rule = *rule_of_call("cuLaunchKernel");
  for (const std::uint64_t stream : {0, 1, 2}) {  // null, CU_STREAM_LEGACY, CU_STREAM_PER_THREAD
    const auto parameters = raw<Words>({0x1000, 0, 0, 0, 0, stream});
    EXPECT_TRUE(on_default_stream(rule, &parameters)) << stream;
  }
  const auto own = raw<Words>({0x1000, 0, 0, 0, 0, 0x55550000});
  EXPECT_FALSE(on_default_stream(rule, &own));
  // cudaLaunchKernel: function, two dim3 of 12 bytes, arguments, shared bytes, stream.
  const auto runtime = raw<Words>({0x1000, 0, 0, 0, 0x2000, 0, 0});
  EXPECT_TRUE(on_default_stream(*rule_of_call("cudaLaunchKernel_v7000"), &runtime));
  const auto config = raw<Words>({0, 0, 0, 0, 0x77770000});
  const void* pointer = &config;
  EXPECT_FALSE(on_default_stream(*rule_of_call("cuLaunchKernelEx"), &pointer));
}

/// CUPTI names its callbacks without a GPU too: our rules must find their functions there.
TEST(CallRules, FindTheirFunctionsInTheLibrary) {
  const auto& api = cupti_api();
  if (!api) GTEST_SKIP() << "skipped: no CUPTI here: " << api.error().what;
  int driver = 0;
  int runtime = 0;
  for (std::uint32_t id = 1; id < 4096; ++id) {
    const char* name = nullptr;
    if ((*api)->callback_name(kDomainDriver, id, &name) == kSuccess && rule_of_call(name) != nullptr) ++driver;
    if ((*api)->callback_name(kDomainRuntime, id, &name) == kSuccess && rule_of_call(name) != nullptr) ++runtime;
  }
  EXPECT_GT(driver, 60);
  EXPECT_GT(runtime, 60);
}

}  // namespace
}  // namespace lyn::cupti
