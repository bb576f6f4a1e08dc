#include "device/cuda/caller_by_stack.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace lyn::cupti {
namespace {

constexpr std::string_view kOwn = "/opt/lynceus/bin/lynceus";
using Modules = std::vector<std::string_view>;

TEST(CallerByStack, IsTheFirstModuleBehindTheDriver) {
  const Modules ort{kOwn,
                    kOwn,
                    "/usr/local/cuda/lib64/libcupti.so.13",
                    "/lib/x86_64-linux-gnu/libcuda.so.1",
                    "/opt/x/libcudart.so.13",
                    "/opt/x/libonnxruntime_providers_cuda.so",
                    kOwn};
  EXPECT_EQ(caller_by_modules(ort, kOwn), Caller::onnxruntime);
  const Modules decoder{kOwn, "libcupti.so.13", "libcuda.so.580.95", "/usr/lib/libnvcuvid.so.1", kOwn};
  EXPECT_EQ(caller_by_modules(decoder, kOwn), Caller::video_decoder);
  const Modules encoder{kOwn, "libcupti.so.13", "libcuda.so.1", "libnvjpeg.so.13", kOwn};
  EXPECT_EQ(caller_by_modules(encoder, kOwn), Caller::jpeg_encoder);
}

TEST(CallerByStack, IsAStrangerWhenOurOwnCodeCalledTheDriver) {
  const Modules ours{kOwn, "libcupti.so.13", "libcuda.so.1", kOwn, kOwn, "libc.so.6"};
  EXPECT_EQ(caller_by_modules(ours, kOwn), Caller::stranger);
  // A library further out does not excuse it.
  const Modules in_a_callback{kOwn, "libcupti.so.13", "libcuda.so.1", kOwn, "libnvcuvid.so.1", kOwn};
  EXPECT_EQ(caller_by_modules(in_a_callback, kOwn), Caller::stranger);
}

TEST(CallerByStack, IsAStrangerWhenTheStackSaysNothing) {
  EXPECT_EQ(caller_by_modules(Modules{}, kOwn), Caller::stranger);
  EXPECT_EQ(caller_by_modules(Modules{kOwn, "libcupti.so.13", "libcuda.so.1"}, kOwn), Caller::stranger);
  EXPECT_EQ(caller_by_modules(Modules{kOwn, "libcuda.so.1", "/opt/plugin.so"}, kOwn), Caller::stranger);
}

TEST(CallerByStack, OfAPlainStackIsAStranger) {
  EXPECT_EQ(caller_by_stack(capture_stack()), Caller::stranger);
}

}  // namespace
}  // namespace lyn::cupti
