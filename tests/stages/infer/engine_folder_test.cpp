#include "stages/infer/engine_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <vector>

#include "stages/infer/infer_bench.h"

namespace lyn {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Engines : public testing::Test {
 protected:
  test::Folder folder;
  std::string home = folder.path("state");
  EngineKey key{"5f3a", "NVIDIA H200, compute 9.0, driver 13.0", "onnxruntime 1.29.0, tensorrt 10.14.1", true, 8};

  std::string path_for(const EngineKey& other) {
    const auto opened = EngineFolder::open(home, other);
    return opened.ok() ? opened->path() : opened.error().text();
  }
  std::string refusal() {
    const auto opened = EngineFolder::open(home, key);
    if (opened.ok()) return "no error";
    EXPECT_EQ(opened.error().kind, ErrorKind::device);
    EXPECT_THAT(opened.error().remedy, HasSubstr("state_dir"));
    return opened.error().what;
  }
  static mode_t mode_of(const std::string& path) {
    struct stat facts {};
    EXPECT_EQ(stat(path.c_str(), &facts), 0) << path;
    return facts.st_mode & 0777U;
  }
  /// An engine that was built whole.
  std::string built() {
    auto opened = EngineFolder::open(home, key);
    EXPECT_TRUE(opened.ok() && !opened->complete());
    std::ofstream(opened->path() + "/a.engine") << "engine";
    EXPECT_TRUE(opened->mark_complete().ok());
    return opened->path();
  }
};

TEST_F(Engines, AreClosedToOthersWhateverTheMaskSays) {
  const mode_t before = umask(0);
  const auto opened = EngineFolder::open(home, key);
  umask(before);
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  EXPECT_EQ(mode_of(home + "/engines"), 0700U);
  EXPECT_EQ(mode_of(opened->path()), 0700U);
  EXPECT_FALSE(opened->complete());
}

TEST_F(Engines, StayFromRunToRun) {
  const std::string path = built();
  const auto again = EngineFolder::open(home, key);
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_TRUE(again->complete());
  EXPECT_EQ(again->path(), path);
  EXPECT_TRUE(fs::exists(path + "/a.engine"));
}

TEST_F(Engines, ThatWereNotFinishedAreBuiltAnew) {
  const auto first = EngineFolder::open(home, key);
  ASSERT_TRUE(first.ok());
  std::ofstream(first->path() + "/a.engine") << "half";
  const auto again = EngineFolder::open(home, key);
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->complete());
  EXPECT_TRUE(fs::is_empty(again->path()));
}

TEST_F(Engines, OfAnotherModelGpuVersionPrecisionOrBatchAreOthers) {
  std::vector<EngineKey> others(5, key);
  others[0].model = "77";
  others[1].gpu = "NVIDIA H100, compute 9.0, driver 13.0";
  others[2].versions = "onnxruntime 1.29.0, tensorrt 10.16.1";
  others[3].fp16 = false;
  others[4].batch = 4;
  std::set<std::string> paths{path_for(key)};
  for (const EngineKey& other : others) paths.insert(path_for(other));
  EXPECT_EQ(paths.size(), 6U);
}

TEST_F(Engines, AreRefusedWhereOthersCouldPutOneThere) {
  const std::string path = built();
  chmod((home + "/engines").c_str(), 0755);
  EXPECT_THAT(refusal(), HasSubstr("engines: is open to other users, and loading an engine runs code from there"));
  chmod((home + "/engines").c_str(), 0700);
  chmod(home.c_str(), 0777);
  EXPECT_THAT(refusal(), HasSubstr("state: is open to other users"));
  chmod(home.c_str(), 0755);
  chmod((path + "/a.engine").c_str(), 0666);
  EXPECT_THAT(refusal(), HasSubstr("a.engine: is open to other users"));
  chmod((path + "/a.engine").c_str(), 0644);
  EXPECT_EQ(refusal(), "no error");
}

TEST_F(Engines, AreRefusedBehindALink) {
  const std::string path = built();
  fs::rename(path, folder.path("elsewhere"));
  fs::create_directory_symlink(folder.path("elsewhere"), path);
  EXPECT_THAT(refusal(), HasSubstr("is no folder"));
  fs::remove(path);
  fs::rename(folder.path("elsewhere"), path);
  fs::rename(path + "/a.engine", folder.path("a.engine"));
  fs::create_symlink(folder.path("a.engine"), path + "/a.engine");
  EXPECT_THAT(refusal(), HasSubstr("is no plain file"));
}

TEST_F(Engines, OfAnotherUserAreRefused) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
  const std::string path = built();
  ASSERT_EQ(chown(path.c_str(), 65534, 65534), 0);
  EXPECT_THAT(refusal(), HasSubstr("belongs to user 65534"));
}

TEST_F(Engines, NeedAFolderThatCanBeMade) {
  home = folder.write("file", "") + "/state";
  EXPECT_THAT(refusal(), HasSubstr("cannot be made: Not a directory"));
}

TEST(ModelDigest, ChangesWithTheGraphAndWithWeightsBesideIt) {
  const test::Folder folder;
  const std::string onnx = folder.write("tiny.onnx", test::tiny_onnx({.bias_file = "bias.bin"}));
  folder.write("bias.bin", std::string(28, 'a'));
  const std::string first = *model_digest(onnx);
  EXPECT_EQ(*model_digest(onnx), first);
  folder.write("bias.bin", std::string(28, 'b'));
  EXPECT_NE(*model_digest(onnx), first);
  folder.write("bias.bin", std::string(28, 'a'));
  EXPECT_EQ(*model_digest(onnx), first);
  folder.write("tiny.onnx", test::tiny_onnx({}));
  EXPECT_NE(*model_digest(onnx), first);
  EXPECT_FALSE(model_digest(folder.path("none.onnx")).ok());
}

}  // namespace
}  // namespace lyn
