// The witness on a driver that is told what happens (fake_cupti.h): who is blamed, when, and with which stack.
#include "device/cuda/cupti_witness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "device/cuda/fake_cupti.h"
#include "device/scope.h"

namespace lyn::cupti {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Watching : public ::testing::Test {
 protected:
  void SetUp() override {
    witness_ = std::make_unique<CuptiWitness>(cupti_.api, 0, violations_);
    const Status started = witness_->start();
    ASSERT_TRUE(started.ok()) << started.error().text();
  }

  /// A copy by `caller` as our Device or a library makes it: asked for and done.
  void copy(Caller caller, const char* function, CopyKind kind, std::uint64_t bytes) {
    const CallerScope scope(caller);
    cupti_.copied(kind, bytes, cupti_.driver(function));
  }
  std::uint64_t out(const WitnessReport& report, const char* caller) { return report.callers.at(caller).out.bytes; }

  template <class Act>
  static std::string stderr_of(Act act) {
    testing::internal::CaptureStderr();
    act();
    return testing::internal::GetCapturedStderr();
  }

  FakeCupti cupti_;
  ViolationLog violations_;
  TransferLedger ledger_;
  std::unique_ptr<CuptiWitness> witness_;
};

const void* sized(std::size_t bytes) {
  static AllocationParameters parameters;
  parameters = {nullptr, bytes};
  return &parameters;
}

[[gnu::noinline]] void planted_copy(FakeCupti& cupti) {
  cupti.copied(kCopyDeviceToHost, 3'110'400, cupti.driver("cuMemcpyDtoHAsync_v2"));
  asm volatile("");
}

[[gnu::noinline]] void planted_copy_between_unified_addresses(FakeCupti& cupti) {
  cupti.copied(kCopyDeviceToHost, 640, cupti.driver("cuMemcpyAsync"));
  asm volatile("");
}

TEST_F(Watching, AgreesWhenTheLedgerKnowsEveryCopy) {
  copy(Caller::ledger, "cuMemcpyDtoHAsync_v2", kCopyDeviceToHost, 7208);
  copy(Caller::ledger, "cuMemcpyHtoDAsync_v2", kCopyHostToDevice, 640);
  copy(Caller::device, "cuMemcpyAsync", kCopyDeviceToDevice, 1U << 20U);
  ledger_.count(Reason::boxes, 7208);
  ledger_.count(Reason::tables, 640);
  ledger_.count_moved(Reason::bitstream, 90'000);
  const WitnessReport report = witness_->finish(ledger_, 1);
  EXPECT_THAT(report.disagreements, IsEmpty());
  EXPECT_EQ(violations_.count(), 0U);
  EXPECT_EQ(report.version, "13.0.1");
  EXPECT_EQ(report.records, 3U);
  EXPECT_FALSE(report.warm);
  EXPECT_FALSE(cupti_.subscribed());
}

TEST_F(Watching, ReportsAStrangersCopyAtOnceWithItsStackAndPlace) {
  const StageScope at("gate", "decode");
  const auto said = stderr_of([&] { planted_copy(cupti_); });
  EXPECT_EQ(violations_.count(), 1U);
  EXPECT_THAT(said, AllOf(HasSubstr("a copy from device to host that the ledger does not know"),
                          HasSubstr("by cuMemcpyDtoHAsync_v2 in lane gate, stage decode"), HasSubstr("planted_copy")));
  const WitnessReport report = witness_->finish(ledger_, 1);
  EXPECT_EQ(report.disagreements.size(), 1U);
  EXPECT_EQ(violations_.count(), 1U) << "it is not counted twice";
}

TEST_F(Watching, ReportsACopyWhoseDirectionOnlyTheGpuKnowsWithTheStackOfItsCall) {
  std::string said = stderr_of([&] {
    const StageScope at("gate", "track");
    planted_copy_between_unified_addresses(cupti_);
  });
  EXPECT_THAT(said, IsEmpty());
  said = stderr_of([&] { static_cast<void>(witness_->finish(ledger_, 1)); });
  EXPECT_EQ(violations_.count(), 1U);
  EXPECT_THAT(said,
              AllOf(HasSubstr("640 bytes from device to host"), HasSubstr("by cuMemcpyAsync in lane gate, stage track"),
                    HasSubstr("planted_copy_between_unified_addresses")));
}

TEST_F(Watching, LetsAStrangerCopyWithinTheDevice) {
  cupti_.copied(kCopyDeviceToDevice, 640, cupti_.driver("cuMemcpyAsync"));
  EXPECT_THAT(witness_->finish(ledger_, 1).disagreements, IsEmpty());
  EXPECT_EQ(violations_.count(), 0U);
}

TEST_F(Watching, CountsACallOfTheRuntimeAndTheDriversInsideItOnce) {
  RuntimeCopyParameters parameters{nullptr, nullptr, 640, kRuntimeDeviceToHost};
  std::uint32_t inner = 0;
  const auto said = stderr_of([&] {
    cupti_.call(kDomainRuntime, "cudaMemcpyAsync_v3020", &parameters,
                [&] { inner = cupti_.driver("cuMemcpyDtoHAsync_v2"); });
  });
  EXPECT_EQ(violations_.count(), 1U);
  EXPECT_THAT(said, HasSubstr("by cudaMemcpyAsync_v3020"));
  cupti_.copied(kCopyDeviceToHost, 640, inner);  // the record names the driver's call
  const WitnessReport report = witness_->finish(ledger_, 1);
  EXPECT_EQ(out(report, "stranger"), 640U);
  EXPECT_EQ(report.callers.count("unattributed"), 0U);
}

TEST_F(Watching, AttributesWhatOnnxRuntimeCopiesAlsoInsideGraphs) {
  witness_->mark_warm();
  {
    const CallerScope scope(Caller::onnxruntime);
    const std::uint32_t launch = cupti_.call(kDomainRuntime, "cudaGraphLaunch_v10000", nullptr);
    cupti_.copied(kCopyDeviceToHost, 8, launch, 4);
    cupti_.copied(kCopyHostToDevice, 16, launch, 5);
  }
  const WitnessReport report = witness_->finish(ledger_, 1);
  EXPECT_THAT(report.disagreements, IsEmpty());
  const CallerReport& runtime = report.callers.at("runtime:onnxruntime");
  EXPECT_EQ(runtime.out_after_warmup, (CopyCount{1, 8}));
  EXPECT_EQ(runtime.in, (CopyCount{1, 16}));
  EXPECT_EQ(runtime.in_graphs, 2U);
}

TEST_F(Watching, ReportsACopyThatNobodyAskedForOnceWarm) {
  cupti_.now = 2'000;
  witness_->mark_warm();
  cupti_.now = 1'500;
  cupti_.copied(kCopyDeviceToHost, 4, 77);  // before
  cupti_.now = 2'500;
  cupti_.copied(kCopyDeviceToHost, 12, 78);
  const WitnessReport report = witness_->finish(ledger_, 1);
  ASSERT_EQ(report.disagreements.size(), 1U);
  EXPECT_THAT(report.disagreements[0], HasSubstr("12 bytes in 1 copies that no call was seen to ask for"));
  EXPECT_EQ(violations_.count(), 1U);
}

TEST_F(Watching, HoldsHostMemoryAgainstTheListOfThoseWhoMayTakeIt) {
  for (const Caller caller : {Caller::staging, Caller::onnxruntime, Caller::video_decoder}) {
    const CallerScope scope(caller);
    cupti_.driver("cuMemHostAlloc_v2", sized(4096));
  }
  EXPECT_EQ(violations_.count(), 0U);
  const auto said = stderr_of([&] { cupti_.driver("cuMemHostAlloc_v2", sized(3'110'400)); });
  EXPECT_EQ(violations_.count(), 1U);
  EXPECT_THAT(said,
              HasSubstr("3110400 bytes of host memory that the device can write were taken, by cuMemHostAlloc_v2"));
  const WitnessReport report = witness_->finish(ledger_, 1);
  EXPECT_EQ(report.callers.at("staging").host_memory, (CopyCount{1, 4096}));
  EXPECT_EQ(report.callers.at("stranger").host_memory, (CopyCount{1, 3'110'400}));
}

TEST_F(Watching, CountsMemoryTakenThroughTheRuntimeOnce) {
  const CallerScope scope(Caller::onnxruntime);
  cupti_.call(kDomainRuntime, "cudaHostAlloc_v3020", sized(512),
              [&] { cupti_.driver("cuMemHostAlloc_v2", sized(512)); });
  EXPECT_EQ(witness_->finish(ledger_, 1).callers.at("runtime:onnxruntime").host_memory, (CopyCount{1, 512}));
}

TEST_F(Watching, ForbidsDeviceMemoryAfterWarmUpToAllButADecoder) {
  const auto take = [&](Caller caller) {
    const CallerScope scope(caller);
    return stderr_of([&] { cupti_.driver("cuMemCreate", sized(2U << 20U)); });
  };
  EXPECT_THAT(take(Caller::pool), IsEmpty());
  witness_->mark_warm();
  EXPECT_THAT(take(Caller::video_decoder), IsEmpty());
  EXPECT_EQ(violations_.count(), 0U);
  EXPECT_THAT(take(Caller::pool),
              HasSubstr("2097152 bytes of device memory were taken after warm-up, by cuMemCreate, called for pool"));
  EXPECT_THAT(take(Caller::onnxruntime), HasSubstr("called for runtime:onnxruntime"));
  EXPECT_THAT(take(Caller::stranger), Not(HasSubstr("called for")));
  EXPECT_EQ(violations_.count(), 3U);
}

TEST_F(Watching, AllowsDeviceMemoryWhileACameraThatCameBackWarmsUp) {
  const auto take = [&] {
    const CallerScope scope(Caller::pool);
    return stderr_of([&] { cupti_.driver("cuMemCreate", sized(2U << 20U)); });
  };
  witness_->mark_warm();
  witness_->mark_cold();
  EXPECT_THAT(take(), IsEmpty());
  witness_->mark_warm();
  EXPECT_THAT(take(), HasSubstr("taken after warm-up"));
  EXPECT_EQ(violations_.count(), 1U);
}

TEST_F(Watching, ForbidsTheDefaultStreamToOurOwnKernels) {
  LaunchParameters parameters{};
  const auto launch = [&](Caller caller, std::uintptr_t stream) {
    parameters.stream = reinterpret_cast<void*>(stream);
    const CallerScope scope(caller);
    return stderr_of([&] { cupti_.driver("cuLaunchKernel", &parameters); });
  };
  EXPECT_THAT(launch(Caller::device, 0x5555'0000), IsEmpty());
  EXPECT_THAT(launch(Caller::onnxruntime, 0), IsEmpty());
  EXPECT_EQ(violations_.count(), 0U);
  EXPECT_THAT(launch(Caller::device, 0), HasSubstr("lyn_letterbox was launched on a default stream"));
  EXPECT_THAT(launch(Caller::stranger, 2), HasSubstr("default stream"));
  EXPECT_EQ(violations_.count(), 2U);
  EXPECT_EQ(witness_->finish(ledger_, 1).callers.at("runtime:onnxruntime").default_stream, 1U);
}

TEST_F(Watching, FindsTheCallOfACopyWhoseRecordComesLate) {
  std::uint32_t early = 0;
  {
    const CallerScope scope(Caller::ledger);
    early = cupti_.driver("cuMemcpyHtoDAsync_v2");
  }
  for (std::uint64_t i = 0; i < 3 * CallBook::kSlots; ++i) {
    copy(Caller::ledger, "cuMemcpyDtoHAsync_v2", kCopyDeviceToHost, 8);
    ledger_.count(Reason::hash, 8);
    if (i % 1000 == 0) cupti_.api.flush(0);
  }
  cupti_.copied(kCopyHostToDevice, 640, early);
  ledger_.count(Reason::tables, 640);
  EXPECT_THAT(witness_->finish(ledger_, 1).disagreements, IsEmpty());
}

TEST_F(Watching, AddsUpWhatManyThreadsDoWhileRecordsComeIn) {
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 500; ++i) copy(Caller::ledger, "cuMemcpyDtoHAsync_v2", kCopyDeviceToHost, 8);
      });
    }
    for (int i = 0; i < 50; ++i) cupti_.api.flush(0);
    witness_->mark_warm();
  }
  ledger_.count(Reason::hash, 4 * 500 * 8);
  EXPECT_THAT(witness_->finish(ledger_, 1).disagreements, IsEmpty());
}

TEST_F(Watching, ProvesNothingWithLostRecords) {
  cupti_.dropped = 3;
  copy(Caller::device, "cuMemcpyAsync", kCopyDeviceToDevice, 1);
  const WitnessReport report = witness_->finish(ledger_, 1);
  EXPECT_EQ(report.dropped, 3U);
  EXPECT_EQ(violations_.count(), 1U);
}

TEST_F(Watching, IsLeftAloneByCallsThatComeWhenItHasGone) {
  const Callback callback = cupti_.last_callback();
  witness_.reset();
  CallbackData data{};
  callback(nullptr, kDomainDriver, 1, &data);  // a thread that was on its way
  EXPECT_EQ(violations_.count(), 0U);
}

TEST_F(Watching, IsRefusedToASecondOneAndFreeAgainAfterTheFirst) {
  CuptiWitness second(cupti_.api, 0, violations_);
  const Status refused = second.start();
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().text(), HasSubstr("watches another run of this process already"));
  witness_.reset();
  EXPECT_TRUE(second.start().ok());
}

TEST(WatchingRefused, SaysWhichCallFailedAndLeavesNothingBehind) {
  for (const char* call : {"subscribe", "enable_callback", "register_buffers", "enable_activity", "flush_period"}) {
    FakeCupti cupti;
    cupti.fails = call;
    ViolationLog violations;
    CuptiWitness witness(cupti.api, 0, violations);
    const Status refused = witness.start();
    ASSERT_FALSE(refused.ok()) << call;
    EXPECT_EQ(refused.error().kind, ErrorKind::device);
    EXPECT_THAT(refused.error().what, AllOf(HasSubstr("CUPTI_ERROR_NOT_INITIALIZED"), HasSubstr("libcupti.so.fake")));
    EXPECT_THAT(refused.error().remedy, HasSubstr("witnesses: off"));
    EXPECT_FALSE(cupti.subscribed());
    cupti.fails.clear();
    EXPECT_TRUE(witness.start().ok()) << call;
  }
}

}  // namespace
}  // namespace lyn::cupti
