#include "core/stack_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "core/elf_symbols.h"

namespace lyn {
namespace {

[[gnu::noinline]] StackTrace local_function() {
  StackTrace trace = capture_stack();
  asm volatile("");  // no tail call: this frame must stay
  return trace;
}

TEST(StackTrace, NamesLocalFunctionsInnermostFirst) {
  const auto lines = describe(local_function());
  ASSERT_GE(lines.size(), 2u);
  EXPECT_THAT(lines[0],
              testing::ContainsRegex("^  #0 lyn::.*local_function\\(\\)\\+0x[0-9a-f]+ \\(.+\\+0x[0-9a-f]+\\)$"));
  EXPECT_THAT(lines[1], testing::HasSubstr("NamesLocalFunctionsInnermostFirst"));
}

TEST(StackTrace, WritesTheSameLinesItDescribes) {
  const StackTrace trace = local_function();
  std::string expected;
  for (const auto& line : describe(trace)) expected += line + "\n";
  testing::internal::CaptureStderr();
  write_stack(STDERR_FILENO, trace);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), expected);
}

TEST(StackTrace, FromAnAddressThatIsNotOnTheStackGivesAllOfIt) {
  EXPECT_GT(capture_stack_from(nullptr).depth, 2);
}

TEST(ElfSymbols, FindsNothingInFilesThatHaveNone) {
  EXPECT_EQ(ElfSymbols("/no/such/file").find(0x1000).name, nullptr);
  EXPECT_EQ(ElfSymbols("/proc/self/maps").find(0x1000).name, nullptr);
  EXPECT_EQ(ElfSymbols("/etc/passwd").find(0x1000).name, nullptr);
}

}  // namespace
}  // namespace lyn
