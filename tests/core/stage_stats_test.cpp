#include "core/stage_stats.h"

#include <gtest/gtest.h>

#include <ctime>
#include <thread>

namespace lyn {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

class FakeClock final : public Clock {
 public:
  Monotonic now() const override { return Monotonic(at); }
  Wall wall() const override { return {}; }
  nanoseconds at{0};
};

TEST(Histogram, IsEmptyAtFirst) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.percentile(50), nanoseconds(0));
}

TEST(Histogram, PercentilesAreWithinAThirtySecondOfTheTruth) {
  Histogram histogram;
  for (int i = 1; i <= 10'000; ++i) histogram.add(microseconds(i));
  for (const double percent : {1.0, 50.0, 95.0, 99.0, 100.0}) {
    const double truth = percent / 100 * 10.0;
    EXPECT_NEAR(histogram.percentile_ms(percent), truth, truth / 32 + 1e-6) << percent;
  }
}

TEST(Histogram, AShareIsReachedByNearestRank) {
  Histogram histogram;
  for (int i = 0; i < 95; ++i) histogram.add(nanoseconds(3));
  for (int i = 0; i < 5; ++i) histogram.add(nanoseconds(7));
  EXPECT_EQ(histogram.percentile(95), nanoseconds(3));
  EXPECT_EQ(histogram.percentile(95.1), nanoseconds(7));
}

TEST(Histogram, TakesTheShortestAndTheLongest) {
  Histogram histogram;
  histogram.add(nanoseconds(-5));
  EXPECT_EQ(histogram.percentile(100), nanoseconds(0));
  histogram.add(nanoseconds::max());
  EXPECT_GT(histogram.percentile(100), std::chrono::minutes(60));
  EXPECT_EQ(histogram.count(), 2u);
}

TEST(StageStats, SumsUpAStage) {
  StageStats stats;
  for (int i = 0; i < 4; ++i) stats.stage("decode").record(milliseconds(2), milliseconds(1));
  const auto all = stats.summaries();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].name, "decode");
  EXPECT_EQ(all[0].count, 4u);
  EXPECT_DOUBLE_EQ(all[0].cpu_ms, 1.0);
  EXPECT_NEAR(all[0].p50_ms, 2.0, 0.07);
  EXPECT_NEAR(all[0].p99_ms, 2.0, 0.07);
}

TEST(StageStats, KeepsTheOrderOfFirstAppearanceAndOneMeterAName) {
  StageStats stats;
  StageMeter& decode = stats.stage("decode");
  stats.stage("track");
  EXPECT_EQ(&stats.stage("decode"), &decode);
  const auto all = stats.summaries();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].name, "track");
}

TEST(StageStats, StagesBeyondTheMostShareTheLast) {
  StageStats stats;
  for (std::size_t i = 0; i < StageStats::kMost + 5; ++i) {
    stats.stage("stage" + std::to_string(i)).record(milliseconds(1), milliseconds(1));
  }
  const auto all = stats.summaries();
  ASSERT_EQ(all.size(), StageStats::kMost);
  EXPECT_EQ(all.back().name, "other");
  EXPECT_EQ(all.back().count, 6u);
}

TEST(StageStats, ThreadsRecordWithoutLosingACall) {
  StageStats stats;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&stats, t] {
        for (int i = 0; i < 1000; ++i) {
          stats.stage("shared").record(nanoseconds(i), nanoseconds(1));
          stats.stage("own" + std::to_string(t)).record(nanoseconds(i), nanoseconds(1));
        }
      });
    }
  }
  std::uint64_t calls = 0;
  for (const auto& stage : stats.summaries()) calls += stage.count;
  EXPECT_EQ(calls, 8000u);
  EXPECT_EQ(stats.stage("shared").summary().count, 4000u);
}

TEST(StageTimer, MeasuresWallTimeByTheGivenClock) {
  StageStats stats;
  FakeClock clock;
  {
    const StageTimer timer(stats.stage("infer"), clock);
    clock.at += milliseconds(15);
  }
  const auto summary = stats.stage("infer").summary();
  EXPECT_EQ(summary.count, 1u);
  EXPECT_NEAR(summary.p50_ms, 15.0, 15.0 / 32);
  EXPECT_LT(summary.cpu_ms, 15.0) << "time that passed without work is not CPU time";
}

TEST(CpuTimer, AddsTheThreadsOwnTimeToASum) {
  nanoseconds sum{5};
  for (int i = 0; i < 1000 && sum == nanoseconds(5); ++i) {
    const CpuTimer timer(&sum);
    StageStats work;
    work.stage("decode");
  }
  EXPECT_GT(sum, nanoseconds(5));
  const CpuTimer nothing(nullptr);
}

TEST(StageTimer, CostsLessThanTenMicroseconds) {
  StageStats stats;
  constexpr int kCalls = 2000;
  const std::clock_t began = std::clock();
  for (int i = 0; i < kCalls; ++i) const StageTimer timer(stats.stage("empty"));
  const double us = 1e6 * static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC / kCalls;
  EXPECT_LT(us, 10.0);
}

}  // namespace
}  // namespace lyn
