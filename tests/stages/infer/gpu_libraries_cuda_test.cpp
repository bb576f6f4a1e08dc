#include "stages/infer/gpu_libraries_cuda.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "stages/infer/infer_bench.h"

namespace lyn {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(GpuLibraries, KnowsWhereOnnxRuntimeLies) {
  EXPECT_TRUE(std::filesystem::exists(std::filesystem::path(provider_folder()) / "libonnxruntime.so.1"))
      << provider_folder();
}

TEST(GpuLibraries, TakesAProviderOnlyFromTheFolderOfTheCore) {
  const test::Folder folder;
  const auto missing = [&] { return missing_gpu_libraries(GpuLibraries::provider, folder.path("")); };
  EXPECT_THAT(missing(), ElementsAre("libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"));
  folder.write("libonnxruntime_providers_shared.so", "");
  EXPECT_THAT(missing(), ElementsAre("libonnxruntime_providers_cuda.so"));
  folder.write("libonnxruntime_providers_cuda.so", "");
  EXPECT_THAT(missing(), IsEmpty());
}

TEST(GpuLibraries, RefusesASessionWithoutProviderAndSaysWhatBringsIt) {
  const test::Folder folder;
  const Status refused = load_gpu_libraries(false, folder.path(""));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::device);
  EXPECT_THAT(refused.error().what, AllOf(HasSubstr("libonnxruntime_providers_cuda.so"), HasSubstr(folder.path(""))));
  EXPECT_EQ(refused.error().remedy, "run ./lynceus setup gpu");
}

/// TensorRT is nowhere in tests: its absence shows only when it was asked for.
TEST(GpuLibraries, AsksForTensorRtOnlyWhereItIsWanted) {
  const test::Folder folder;
  EXPECT_THAT(missing_gpu_libraries(GpuLibraries::tensorrt, folder.path("")),
              testing::Contains("libonnxruntime_providers_tensorrt.so"));
  EXPECT_EQ(gpu_libraries_remedy(GpuLibraries::tensorrt), "run ./lynceus setup gpu --tensorrt");
  EXPECT_THAT(gpu_libraries_remedy(GpuLibraries::cuda), AllOf(HasSubstr("--cuda"), HasSubstr("cuDNN 9")));
  EXPECT_THAT(gpu_libraries_remedy(GpuLibraries::provider), Not(HasSubstr("--")));
}

TEST(GpuLibraries, ALibraryThatIsNoLibraryIsMissing) {
  const test::Folder folder;
  folder.write("libnvinfer.so.10", "no ELF file");
  EXPECT_THAT(missing_gpu_libraries(GpuLibraries::tensorrt, folder.path("")), testing::Contains("libnvinfer.so.10"));
}

}  // namespace
}  // namespace lyn
