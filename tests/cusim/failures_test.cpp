// Every call of the driver and of nvcuvid made to fail in turn, in a whole run: it recovers, with every frame as it is,
// or ends with an error of the device; and gives back all that it took.
#include <gmock/gmock.h>

#include <cstdlib>
#include <sstream>

#include "cusim/a_run.h"
#include "cusim/cusim.h"
#include "device/cuda/driver_types.h"

namespace lyn {
namespace {

constexpr int kFrames = 10;

struct Function {
  std::string name;
  std::uint64_t calls = 0;
};

std::vector<Function> functions_called() {
  std::istringstream text(cusim_calls());
  std::vector<Function> functions;
  for (Function next; text >> next.name >> next.calls;) functions.push_back(next);
  return functions;
}

bool told_to_fail_and_did() {
  return std::string(cusim_calls()).find("(failed) 1\n") != std::string::npos;
}

class Failures : public testing::TestWithParam<int> {
 public:
  [[nodiscard]] const std::vector<Function>& functions() const { return functions_; }
  /// Whether the call was made at all.
  bool run_with(const std::string& failure) {
    cusim_begin(("fail=" + failure).c_str());
    const Outcome outcome = run_file(clip_, "cuda", "motion");
    EXPECT_STREQ(cusim_report(), "") << failure;
    if (outcome.error) {
      EXPECT_EQ(outcome.error->kind, ErrorKind::device) << failure << ": " << outcome.error->text();
      EXPECT_THAT(outcome.error->text(), testing::HasSubstr("CUDA_ERROR")) << failure;
    } else {
      EXPECT_EQ(outcome.lines, clean_.lines) << failure << ": went on with other frames";
    }
    return told_to_fail_and_did();
  }

 protected:
  void SetUp() override {
    cusim_begin("");
    clean_ = run_file(clip_, "cuda", "motion");
    ASSERT_FALSE(clean_.error) << clean_.error->text();
    ASSERT_EQ(clean_.lines.size(), static_cast<std::size_t>(kFrames));
    ASSERT_STREQ(cusim_report(), "");
    functions_ = functions_called();
  }
  void TearDown() override { cusim_begin(""); }

 private:
  const std::string clip_ =
      media::clip("failures.mp4", media::pattern("192x160", 25, kFrames / 25.0) + " -c:v libx264 -bf 2");
  Outcome clean_;
  std::vector<Function> functions_;
};

/// Each call that can fail so: of memory always, since they are few; else with ./test --long.
void every_call(Failures& test, const std::string& code) {
  std::uint64_t at = 1;
  while (test.run_with(code + "@" + std::to_string(at))) ++at;
  EXPECT_GT(at, 20U);
}

/// Of each function the first call and the last.
void some_calls(Failures& test, const std::string& code) {
  int failed = 0;
  for (const Function& function : test.functions()) {
    const std::string of = code + ":" + function.name + "@";
    failed += test.run_with(of + "1") ? 1 : 0;
    if (function.calls > 1) failed += test.run_with(of + std::to_string(function.calls)) ? 1 : 0;
  }
  EXPECT_GT(failed, 40);
}

TEST_P(Failures, AreSurvivedOrSaid) {
  const char* all = std::getenv("LYN_LONG");
  const bool every = GetParam() == cuda::result::kOutOfMemory || (all != nullptr && *all == '1');
  (every ? every_call : some_calls)(*this, std::to_string(GetParam()));
}

/// Memory that runs out; an error of one call alone; a GPU that is lost; a process that CUDA lets use none.
INSTANTIATE_TEST_SUITE_P(Each, Failures, testing::Values(2, 1, 214, 700), [](const auto& code) {
  switch (code.param) {
    case 1:
      return "OneCall";
    case 2:
      return "OutOfMemory";
    case 214:
      return "GpuLost";
    default:
      return "ProcessLost";
  }
});

}  // namespace
}  // namespace lyn
