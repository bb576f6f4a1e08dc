// That the stand-in sees what it is there to see: each test does something wrong, and reads what is said of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "cusim/cusim.h"
#include "device/cuda/driver_api.h"

namespace lyn {
namespace {

using testing::HasSubstr;

constexpr std::size_t kBytes = 2U << 20U;

class StandIn : public testing::Test {
 protected:
  void SetUp() override {
    cusim_begin("devices=2");
    for (int gpu = 0; gpu < 2; ++gpu) ASSERT_EQ(api_.primary_retain(&contexts_.at(gpu), gpu), CUDA_SUCCESS);
    ASSERT_EQ(api_.set_current(contexts_[0]), CUDA_SUCCESS);
  }
  /// What was done wrong on purpose is no failure of the process.
  void TearDown() override { cusim_begin(""); }

  CUstream stream() const {
    CUstream stream = nullptr;
    EXPECT_EQ(api_.stream_create(&stream, CU_STREAM_NON_BLOCKING, 0), CUDA_SUCCESS);
    return stream;
  }
  CUevent event() const {
    CUevent event = nullptr;
    EXPECT_EQ(api_.event_create(&event, 0), CUDA_SUCCESS);
    return event;
  }
  CUdeviceptr memory() const {
    cuda::MemAllocationProp properties;
    const cuda::MemAccessDesc access;
    CUdeviceptr address = 0;
    cuda::MemHandle handle = 0;
    EXPECT_EQ(api_.address_reserve(&address, kBytes, 0, 0, 0), CUDA_SUCCESS);
    EXPECT_EQ(api_.memory_create(&handle, kBytes, &properties, 0), CUDA_SUCCESS);
    EXPECT_EQ(api_.memory_map(address, kBytes, 0, handle, 0), CUDA_SUCCESS);
    EXPECT_EQ(api_.memory_set_access(address, kBytes, &access, 1), CUDA_SUCCESS);
    return address;
  }

  const cuda::DriverApi& api_ = **cuda::driver_api();
  std::array<CUcontext, 2> contexts_{};
};

TEST_F(StandIn, SaysWhatWasNeverGivenBack) {
  stream();
  event();
  EXPECT_THAT(cusim_report(), HasSubstr("1 x stream of GPU 0 never given back"));
  EXPECT_THAT(cusim_report(), HasSubstr("1 x event of GPU 0 never given back"));
  EXPECT_THAT(cusim_report(), HasSubstr("1 x context of GPU 1 never given back"));
}

TEST_F(StandIn, HasNothingToSayOfWhatWasDoneWell) {
  CUstream order = stream();
  CUevent after = event();
  EXPECT_EQ(api_.event_record(after, order), CUDA_SUCCESS);
  EXPECT_EQ(api_.event_destroy(after), CUDA_SUCCESS);
  EXPECT_EQ(api_.stream_destroy(order), CUDA_SUCCESS);
  for (int gpu = 0; gpu < 2; ++gpu) EXPECT_EQ(api_.primary_release(gpu), CUDA_SUCCESS);
  EXPECT_STREQ(cusim_report(), "");
}

TEST_F(StandIn, SeesAHandleThatIsUsedAfterItsEnd) {
  CUevent over = event();
  EXPECT_EQ(api_.event_destroy(over), CUDA_SUCCESS);
  EXPECT_NE(api_.event_synchronize(over), CUDA_SUCCESS);
  EXPECT_THAT(cusim_report(), HasSubstr("cuEventSynchronize: the event was given back before"));
}

TEST_F(StandIn, SeesAHandleThatIsUsedOnAnotherGpu) {
  CUstream order = stream();
  EXPECT_EQ(api_.set_current(contexts_[1]), CUDA_SUCCESS);
  EXPECT_NE(api_.stream_synchronize(order), CUDA_SUCCESS);
  EXPECT_THAT(cusim_report(), HasSubstr("cuStreamSynchronize: the stream belongs to GPU 0, and GPU 1 is current"));
}

TEST_F(StandIn, DoesNothingBeforeSomebodyWaits) {
  CUstream order = stream();
  const CUdeviceptr place = memory();
  const int in = 7;
  int out = 0;
  EXPECT_EQ(api_.copy_in(place, &in, sizeof in, order), CUDA_SUCCESS);
  EXPECT_EQ(api_.copy_out(&out, place, sizeof out, order), CUDA_SUCCESS);
  EXPECT_EQ(out, 0);
  EXPECT_EQ(api_.stream_synchronize(order), CUDA_SUCCESS);
  EXPECT_EQ(out, 7);
}

TEST_F(StandIn, OrdersStreamsByEventsAlone) {
  CUstream writes = stream();
  CUstream reads = stream();
  CUevent written = event();
  const CUdeviceptr place = memory();
  const int in = 7;
  int out = 0;
  EXPECT_EQ(api_.copy_in(place, &in, sizeof in, writes), CUDA_SUCCESS);
  EXPECT_EQ(api_.event_record(written, writes), CUDA_SUCCESS);
  EXPECT_EQ(api_.copy_out(&out, place, sizeof out, reads), CUDA_SUCCESS);
  EXPECT_EQ(api_.stream_synchronize(reads), CUDA_SUCCESS);
  EXPECT_NE(out, 7) << "nobody told it to wait";
  EXPECT_EQ(api_.stream_wait_event(reads, written, 0), CUDA_SUCCESS);
  EXPECT_EQ(api_.copy_out(&out, place, sizeof out, reads), CUDA_SUCCESS);
  EXPECT_EQ(api_.stream_synchronize(reads), CUDA_SUCCESS);
  EXPECT_EQ(out, 7);
}

TEST_F(StandIn, SeesACopyBeyondItsMemory) {
  CUstream order = stream();
  const CUdeviceptr place = memory();
  int out = 0;
  EXPECT_NE(api_.copy_out(&out, place + kBytes - 2, sizeof out, order), CUDA_SUCCESS);
  EXPECT_THAT(cusim_report(), HasSubstr("cuMemcpyDtoHAsync: what is copied is no memory of it"));
}

TEST_F(StandIn, FaultsWhereTheHostReadsDeviceMemory) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const CUdeviceptr place = memory();
  EXPECT_DEATH(static_cast<void>(*reinterpret_cast<volatile int*>(place)), "");
}

TEST_F(StandIn, FailsTheCallThatItIsTold) {
  cusim_begin("fail=2:cuStreamCreateWithPriority@2");
  CUcontext context = nullptr;
  ASSERT_EQ(api_.primary_retain(&context, 0), CUDA_SUCCESS);
  ASSERT_EQ(api_.set_current(context), CUDA_SUCCESS);
  CUstream second = nullptr;
  stream();
  EXPECT_EQ(static_cast<int>(api_.stream_create(&second, CU_STREAM_NON_BLOCKING, 0)), cuda::result::kOutOfMemory);
  EXPECT_EQ(second, nullptr);
  stream();
  EXPECT_THAT(cusim_calls(), HasSubstr("cuStreamCreateWithPriority 3\n"));
}

TEST_F(StandIn, LosesOneGpuToAnErrorOfItsOwn) {
  cusim_begin("devices=2,fail=214:cuCtxSynchronize@1#1");
  for (int gpu = 0; gpu < 2; ++gpu) ASSERT_EQ(api_.primary_retain(&contexts_.at(gpu), gpu), CUDA_SUCCESS);
  const auto answers = [&](int gpu) {
    EXPECT_EQ(api_.set_current(contexts_.at(gpu)), CUDA_SUCCESS);
    return static_cast<int>(api_.context_synchronize());
  };
  EXPECT_EQ(answers(0), 0);
  EXPECT_EQ(answers(1), cuda::result::kEccUncorrectable);
  EXPECT_EQ(answers(1), cuda::result::kEccUncorrectable) << "once lost, always lost";
  EXPECT_EQ(answers(0), 0);
}

}  // namespace
}  // namespace lyn
