#include <sys/wait.h>

#include <cstdio>

#include "gpu/on_gpu.h"
#include "kernels/compose.h"

namespace lyn {
namespace {

enum Outcome { kRecovered = 0, kNotNoticed = 41, kNotReopened = 42, kNotWorking = 43, kRefused = 44 };

/// A kernel that reads where nothing is: the GPU ends the context.
bool kill_context(Device& device, Stream& stream) {
  ComposeArgs args{};
  args.source[0] = args.source[1] = args.source[2] = {0x10};
  args.target[0] = args.target[1] = args.target[2] = {0x10};
  args.width = args.height = 64;
  args.bit_depth = 8;
  args.source_width = args.source_height = 64;
  (void)device.launch(stream, kComposeKernel, args, {32, 32, 1});
  const Status fault = stream.synchronize();
  std::fprintf(stderr, "%s\n", fault ? "no fault" : fault.error().text().c_str());
  return !fault && is_lost(device);
}

/// Opens a GPU, kills its context, opens it again and moves bytes. Runs in a process of its own.
int lose_and_reopen() {
  {
    auto device = open_cuda_device(0);
    auto stream = (*device)->open_stream();
    if (!kill_context(**device, **stream)) return kNotNoticed;
  }
  auto again = open_cuda_device(0);
  if (!again) {
    std::fprintf(stderr, "%s\n", again.error().text().c_str());
    return again.error().remedy.find("restart") == std::string::npos ? kNotReopened : kRefused;
  }
  auto stream = (*again)->open_stream();
  auto buffer = (*again)->pool().lease(4096);
  const auto bytes = random_bytes(4096, 5);
  if (!stream || !buffer || !(*again)->copy_in(**stream, Reason::tables, buffer->address(), bytes)) return kNotWorking;
  return fetch(**again, **stream, buffer->address(), 4096) == bytes ? kRecovered : kNotWorking;
}

/// No device is open here: while anyone holds the dead primary context, nobody gets a new one.
class LostContext : public NeedsGpu {};

TEST_F(LostContext, is_noticed_and_says_to_restart_unless_the_gpu_can_be_opened_anew) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto sound = [](int status) {
    return WIFEXITED(status) && (WEXITSTATUS(status) == kRecovered || WEXITSTATUS(status) == kRefused);
  };
  EXPECT_EXIT(std::exit(lose_and_reopen()), sound, "cuStreamSynchronize: CUDA_ERROR_ILLEGAL_ADDRESS");
}

}  // namespace
}  // namespace lyn
