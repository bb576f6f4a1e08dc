#include "engine/run/backend.h"

#include <gtest/gtest.h>

namespace lyn {
namespace {

TEST(ChooseDevice, KnowsTheCpu) {
  const auto choice = choose_device("cpu");
  ASSERT_TRUE(choice);
  EXPECT_STREQ(choice->backend->name, "cpu");
}

TEST(ChooseDevice, RefusesNamesThatAreNoDevice) {
  for (const char* name : {"", "gpu", "cuda:", "cuda:x", "cuda:1x", "cpu:0", "CPU"}) {
    const auto choice = choose_device(name);
    ASSERT_FALSE(choice) << name;
    EXPECT_EQ(choice.error().kind, ErrorKind::usage) << name;
    EXPECT_FALSE(choice.error().remedy.empty());
  }
}

}  // namespace
}  // namespace lyn
