#include "device/cuda/why_not.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/cuda/cuda_device.h"
#include "device/cuda/cuda_facts.h"
#include "device/cuda/driver_api.h"
#include "device/cuda/shared_library.h"

namespace lyn {
namespace {

using ::testing::HasSubstr;

TEST(WithoutADriver, cuda_says_what_is_missing_and_what_would_help) {
  if (cuda::SharedLibrary("libcuda.so.1").found()) GTEST_SKIP() << "this machine has a driver";
  const auto reason = why_not_cuda();
  ASSERT_TRUE(reason.has_value());
  EXPECT_EQ(reason->kind, ErrorKind::device);
  EXPECT_THAT(reason->what, HasSubstr("libcuda.so.1"));
  EXPECT_THAT(reason->remedy, HasSubstr("--device cpu"));
}

TEST(WithoutADriver, a_gpu_cannot_be_opened_for_the_same_reason) {
  if (cuda::SharedLibrary("libcuda.so.1").found()) GTEST_SKIP() << "this machine has a driver";
  const auto device = open_cuda_device(0);
  ASSERT_FALSE(device.ok());
  EXPECT_EQ(device.error().text(), why_not_cuda()->text());
}

TEST(WithoutADriver, doctor_names_every_library_and_its_remedy) {
  const CudaFacts facts = cuda_facts();
  EXPECT_GE(facts.libraries.size(), 4U);
  for (const LibraryFact& library : facts.libraries) EXPECT_EQ(library.remedy.empty(), library.found) << library.file;
  if (!facts.built_with.empty()) {
    EXPECT_NE(facts.lowest_driver, "");
    EXPECT_NE(facts.architectures, "");
  }
}

TEST(CudaErrors, that_kill_a_context_are_told_from_those_that_do_not) {
  const auto sticky = [](int code) { return cuda::is_sticky(static_cast<CUresult>(code)); };
  for (const int code : {700, 702, 709, 715, 716, 718, 719, 214, 999}) EXPECT_TRUE(sticky(code)) << code;
  for (const int code : {1, 2, 209, 400, 500, 600, 701, 801}) EXPECT_FALSE(sticky(code)) << code;
}

TEST(CudaErrors, name_the_call_and_a_remedy) {
  const Error error = cuda::cuda_error(static_cast<CUresult>(cuda::result::kOutOfMemory), "cuMemCreate");
  EXPECT_THAT(error.what, HasSubstr("cuMemCreate"));
  EXPECT_THAT(error.remedy, HasSubstr("fewer cameras"));
}

}  // namespace
}  // namespace lyn
