#include "core/this_thread.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace lyn {
namespace {

TEST(ThisThread, LetsOthersGoFirstByItself) {
  const int before = getpriority(PRIO_PROCESS, 0);
  int there = before;
  std::thread([&] {
    let_others_go_first();
    there = getpriority(PRIO_PROCESS, 0);
  }).join();
  EXPECT_EQ(there, std::min(before + 3, 19));
  EXPECT_EQ(getpriority(PRIO_PROCESS, 0), before);
}

TEST(KeptTo, HoldsForTheThreadsStartedMeanwhileAndEndsForTheCaller) {
  const auto all = processors_of_this_thread();
  if (all.size() < 2) GTEST_SKIP() << "one processor";
  std::vector<int> seen;
  {
    const KeptTo last({all.back(), 100'000});
    std::thread([&] { seen = processors_of_this_thread(); }).join();
    EXPECT_EQ(processors_of_this_thread(), std::vector<int>{all.back()});
    EXPECT_EQ(usable_cores(), 1);
  }
  EXPECT_EQ(seen, std::vector<int>{all.back()});
  EXPECT_EQ(processors_of_this_thread(), all);
}

TEST(KeptTo, ChangesNothingWhereNoneOfThemMayBeUsed) {
  const auto all = processors_of_this_thread();
  const KeptTo none_named(std::vector<int>{});
  const KeptTo not_there({100'000});
  EXPECT_EQ(processors_of_this_thread(), all);
}

}  // namespace
}  // namespace lyn
