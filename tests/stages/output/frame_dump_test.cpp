#include "stages/output/frame_dump.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include "kernels/device_array.h"
#include "kernels/test_picture.h"
#include "stages/output/records_test_file.h"

namespace lyn {
namespace {

using test::CpuBench;
using test::DeviceArray;
using test::RecordFolder;
using test::TestPicture;
using testing::HasSubstr;

constexpr PixelFormat kNv12{Chroma::yuv420, Layout::semi_planar};

class FrameDumpTest : public testing::Test {
 protected:
  static std::string bytes(std::initializer_list<int> values) {
    std::string text;
    for (const int value : values) text.push_back(static_cast<char>(value));
    return text;
  }
  /// The file after the pictures were written, and the ledger's word for it.
  std::string dumped(std::initializer_list<const TestPicture*> pictures) {
    const std::uint64_t before = bench_.device->ledger().host_pixel_bytes();
    {
      auto dump = FrameDump::create(*bench_.device, folder_.path("frames.yuv"));
      EXPECT_TRUE(dump.ok());
      for (const TestPicture* picture : pictures) {
        EXPECT_TRUE((*dump)->write(*bench_.stream, picture->image()).ok());
      }
    }
    std::string content = folder_.content("frames.yuv");
    EXPECT_EQ(bench_.device->ledger().host_pixel_bytes() - before, content.size());
    return content;
  }

  /// Ends the process with 0 if the file takes two pictures and refuses the third.
  [[noreturn]] void write_three(const std::string& path, const TestPicture& picture, rlim_t most_bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{most_bytes, most_bytes};
    setrlimit(RLIMIT_FSIZE, &limit);
    auto dump = FrameDump::create(*bench_.device, path);
    const auto write = [&] { return (*dump)->write(*bench_.stream, picture.image()).ok(); };
    const bool first = write();
    const bool second = write();
    std::_Exit(first && second && !write() ? 0 : 1);
  }

  CpuBench bench_;
  RecordFolder folder_;
};

TEST_F(FrameDumpTest, writes_planes_without_padding_and_counts_each_byte) {
  TestPicture picture(*bench_.device, 3, 2);
  picture.set_plane(0, {1, 2, 3, 4, 5, 6});
  picture.set_plane(1, {7, 8});
  picture.set_plane(2, {9, 10});
  EXPECT_EQ(dumped({&picture}), bytes({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
}

TEST_F(FrameDumpTest, writes_semi_planar_chroma_planar) {
  TestPicture picture(*bench_.device, 4, 2, kNv12);
  picture.set_plane(0, {1, 2, 3, 4, 5, 6, 7, 8});
  picture.set_plane(1, {11, 21, 12, 22});
  EXPECT_EQ(dumped({&picture}), bytes({1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 21, 22}));
}

TEST_F(FrameDumpTest, writes_p010_as_10_bits_in_the_low_bits) {
  TestPicture picture(*bench_.device, 2, 2, {Chroma::yuv420, Layout::semi_planar, 10, true});
  picture.set_plane(0, {0, 1, 0x102, 0x3ff});
  picture.set_plane(1, {0x203, 0x304});
  EXPECT_EQ(dumped({&picture}), bytes({0, 0, 1, 0, 2, 1, 0xff, 3, 3, 2, 4, 3}));
}

TEST_F(FrameDumpTest, writes_grey_as_one_plane) {
  TestPicture picture(*bench_.device, 2, 2, {Chroma::grey});
  picture.set_plane(0, {1, 2, 3, 4});
  EXPECT_EQ(dumped({&picture}), bytes({1, 2, 3, 4}));
}

TEST_F(FrameDumpTest, does_not_rotate) {
  TestPicture picture(*bench_.device, 2, 1, {Chroma::grey}, 1);
  picture.set_plane(0, {1, 2});
  EXPECT_EQ(dumped({&picture}), bytes({1, 2}));
}

TEST_F(FrameDumpTest, appends_pictures_of_any_size) {
  TestPicture small(*bench_.device, 1, 1);
  small.fill(1, 2, 3);
  TestPicture large(*bench_.device, 64, 64, kNv12);
  large.fill(4, 5, 6);
  const std::string content = dumped({&small, &large, &small});
  EXPECT_EQ(content.size(), 3U + 64 * 64 * 3 / 2 + 3U);
  EXPECT_EQ(content.substr(0, 4), bytes({1, 2, 3, 4}));
  EXPECT_EQ(content.substr(content.size() - 4), bytes({6, 1, 2, 3}));
}

TEST_F(FrameDumpTest, replaces_what_was_there_before) {
  TestPicture picture(*bench_.device, 1, 1, {Chroma::grey});
  dumped({&picture, &picture});
  EXPECT_EQ(dumped({&picture}).size(), 1U);
}

TEST_F(FrameDumpTest, refuses_a_path_that_cannot_be_written) {
  for (const std::string& path : {folder_.path("no/such/folder.yuv"), folder_.path("")}) {
    const auto dump = FrameDump::create(*bench_.device, path);
    ASSERT_FALSE(dump.ok());
    EXPECT_EQ(dump.error().kind, ErrorKind::output);
    EXPECT_THAT(dump.error().what, HasSubstr(path));
    EXPECT_FALSE(dump.error().remedy.empty());
  }
}

TEST_F(FrameDumpTest, says_when_the_disk_is_full) {
  auto dump = FrameDump::create(*bench_.device, "/dev/full");
  ASSERT_TRUE(dump.ok());
  const TestPicture picture(*bench_.device, 2, 2);
  const Status written = (*dump)->write(*bench_.stream, picture.image());
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().kind, ErrorKind::output);
  EXPECT_THAT(written.error().what, HasSubstr("/dev/full"));
}

TEST_F(FrameDumpTest, leaves_whole_pictures_when_the_file_may_not_grow) {
  TestPicture picture(*bench_.device, 40, 1, {Chroma::grey});
  picture.fill(9, 0, 0);
  const std::string path = folder_.path("limited.yuv");
  // In a process of its own: a limit on file sizes holds for all of it.
  EXPECT_EXIT(write_three(path, picture, 100), testing::ExitedWithCode(0), "");
  EXPECT_EQ(std::filesystem::file_size(path), 80U);
}

TEST_F(FrameDumpTest, writes_tensors_as_they_are) {
  const DeviceArray<float> slot(bench_, {1.5F, -2.0F});
  const std::uint64_t before = bench_.device->ledger().host_pixel_bytes();
  {
    auto dump = TensorDump::create(*bench_.device, folder_.path("t.bin"));
    ASSERT_TRUE(dump.ok());
    ASSERT_TRUE((*dump)->write(*bench_.stream, slot.address().as<std::byte>(), 8).ok());
    ASSERT_TRUE((*dump)->write(*bench_.stream, slot.address().as<std::byte>(), 4).ok());
  }
  EXPECT_EQ(folder_.content("t.bin"), bytes({0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0xc0, 0x3f}));
  EXPECT_EQ(bench_.device->ledger().host_pixel_bytes() - before, 12U);
}

TEST_F(FrameDumpTest, hash_crosses_eight_bytes_a_frame_and_no_pixel) {
  TestPicture picture(*bench_.device, 33, 9);
  picture.randomise(1);
  auto hash = FrameHash::create(*bench_.device);
  ASSERT_TRUE(hash.ok());
  const auto first = (*hash)->of(*bench_.stream, picture.image());
  const auto again = (*hash)->of(*bench_.stream, picture.image());
  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_EQ(*first, *again);
  picture.set(2, 0, 0, picture.plane(2)[0] ^ 1);
  EXPECT_NE(*(*hash)->of(*bench_.stream, picture.image()), *first);
  EXPECT_EQ(bench_.device->ledger().bytes(Reason::hash), 24U);
  EXPECT_EQ(bench_.device->ledger().host_pixel_bytes(), 0U);
}

}  // namespace
}  // namespace lyn
