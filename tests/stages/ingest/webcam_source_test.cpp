#include "stages/ingest/webcam_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "stages/ingest/fake_camera.h"
#include "stages/ingest/reading.h"

// Cameras behind Video4Linux; the kernel's answers come from fake_camera.h.
namespace lyn {
namespace {

using test::FakeCamera;
using ::testing::AllOf;
using ::testing::HasSubstr;

class Webcam : public testing::Test {
 protected:
  ~Webcam() override {
    EXPECT_EQ(camera_.opened, 0);
    EXPECT_EQ(camera_.mapped, 0);
  }
  static Result<std::unique_ptr<Source>> open(const SourceOptions& options = {}) {
    return open_webcam({SourceUri::Kind::webcam, "/dev/video0", "/dev/video0"}, options, FakeCamera::calls());
  }
  static std::string refusal() {
    const auto opened = open();
    return opened ? "opened" : opened.error().text();
  }
  std::string refusal_when(unsigned long request, int code) {
    camera_.fails = {{request, code}};
    return refusal();
  }

  FakeCamera camera_;
};

TEST_F(Webcam, gives_its_pictures_with_the_kernels_times_from_0) {
  camera_.pictures = {"\xFF\xD8one",
                      "",
                      "\xFF\xD8three",
                      "\xFF\xD8"
                      "4",
                      "\xFF\xD8"
                      "5",
                      "\xFF\xD8"
                      "6"};
  auto source = must(open());
  EXPECT_TRUE(source->live());
  EXPECT_EQ(source->stream().codec, CodecId::mjpeg);
  EXPECT_EQ(source->stream().frame_rate, (Rational{30, 1}));
  std::vector<std::int64_t> times;
  std::string bytes;
  for (int i = 0; i < 5; ++i) {
    const auto packet = must(source->read());
    times.push_back(packet->pts);
    bytes.assign(packet->bytes.begin(), packet->bytes.end());
    EXPECT_TRUE(packet->key);
    EXPECT_EQ(packet->bytes.data()[packet->bytes.size()], 0) << "zeros follow";
    EXPECT_EQ(camera_.queued, 4) << "each buffer goes back to the kernel at once";
  }
  EXPECT_EQ(bytes,
            "\xFF\xD8"
            "6");
  EXPECT_EQ(times, (std::vector<std::int64_t>{0, 66'666, 99'999, 133'332, 166'665})) << "an empty buffer is no picture";
}

TEST_F(Webcam, is_set_to_a_compressed_format_and_the_largest_size_up_to_full_hd) {
  const auto source = must(open());
  EXPECT_EQ(camera_.chosen.pixelformat, V4L2_PIX_FMT_MJPEG);
  EXPECT_EQ(source->stream().width, 1280);
  EXPECT_EQ(source->stream().height, 720);
}

TEST_F(Webcam, may_give_h264) {
  camera_.formats = {V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_H264};
  EXPECT_EQ(must(open())->stream().codec, CodecId::h264);
}

TEST_F(Webcam, that_gives_raw_pictures_only_is_refused) {
  camera_.formats = {V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_NV12};
  EXPECT_THAT(refusal(),
              AllOf(HasSubstr("raw pictures only (YUYV, NV12)"), HasSubstr("pixels on the host"), HasSubstr("; use")));
}

TEST_F(Webcam, that_cannot_be_had_says_who_must_act) {
  EXPECT_THAT(refusal_when(0, ENOENT), AllOf(HasSubstr("/dev/video0: no such camera"), HasSubstr("; ")));
  EXPECT_THAT(refusal_when(0, EACCES), HasSubstr("no permission to use it; add this user to the group"));
  EXPECT_THAT(refusal_when(0, EBUSY), HasSubstr("another program uses it; end that program"));
  EXPECT_THAT(refusal_when(VIDIOC_S_FMT, EBUSY), HasSubstr("another program uses it"));
  EXPECT_THAT(refusal_when(VIDIOC_STREAMON, EBUSY), HasSubstr("another program uses it"));
  EXPECT_THAT(refusal_when(VIDIOC_REQBUFS, ENOMEM), HasSubstr("it gives no memory: Cannot allocate memory"));
  EXPECT_THAT(refusal_when(VIDIOC_QUERYCAP, ENOTTY), HasSubstr("is no camera"));
}

TEST_F(Webcam, is_listed_with_its_formats_or_why_it_is_none) {
  EXPECT_EQ(webcam_line("/dev/video0", FakeCamera::calls()), "/dev/video0: HD Camera (YUYV, MJPG)");
  camera_.capabilities = V4L2_CAP_META_CAPTURE;
  EXPECT_EQ(webcam_line("/dev/video0", FakeCamera::calls()), "/dev/video0: gives no pictures");
}

TEST_F(Webcam, device_for_other_data_is_refused) {
  camera_.capabilities = V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING;
  EXPECT_THAT(refusal(), HasSubstr("gives no pictures"));
}

TEST_F(Webcam, of_an_absurd_size_is_refused) {
  camera_.sizes = {};
  camera_.fails = {};
  camera_.formats = {V4L2_PIX_FMT_MJPEG};
  EXPECT_THAT(refusal(), HasSubstr("0x0 are refused"));
}

TEST_F(Webcam, that_is_unplugged_is_lost) {
  camera_.pictures = {"\xFF\xD8"};
  camera_.end = ENODEV;
  auto source = must(open());
  EXPECT_TRUE(must(source->read()).has_value());
  const auto lost = source->read();
  ASSERT_FALSE(lost.ok());
  EXPECT_EQ(lost.error().kind, ErrorKind::source);
  EXPECT_EQ(lost.error().fault, SourceFault::closed);
  EXPECT_THAT(lost.error().text(), HasSubstr("not there any more; plug it in again"));
}

TEST_F(Webcam, that_gives_nothing_is_lost_after_stall_timeout) {
  SourceOptions options;
  options.stall_timeout = std::chrono::milliseconds(30);
  auto source = must(open(options));
  const auto lost = source->read();
  ASSERT_FALSE(lost.ok());
  EXPECT_EQ(lost.error().fault, SourceFault::stalled);
}

TEST_F(Webcam, marks_what_the_driver_calls_damaged) {
  camera_.pictures = {"\xFF\xD8"};
  camera_.flags = V4L2_BUF_FLAG_ERROR;
  EXPECT_TRUE(must(must(open())->read())->corrupt);
}

TEST_F(Webcam, ends_its_wait_when_interrupted_or_stopped) {
  std::stop_source stop;
  SourceOptions options;
  options.stop = stop.get_token();
  for (const bool by_token : {false, true}) {
    auto source = must(open(options));
    std::thread other([&] { by_token ? (void)stop.request_stop() : source->interrupt(); });
    const auto read = source->read();
    other.join();
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().kind, ErrorKind::cancelled);
  }
  EXPECT_EQ(open(options).error().kind, ErrorKind::cancelled) << "stopped before it was opened";
}

TEST(WebcamName, is_told_from_files) {
  for (const char* name : {"v4l2:/dev/video0", "/dev/video7"}) {
    const auto uri = must(parse_source_uri(name));
    EXPECT_EQ(uri.kind, SourceUri::Kind::webcam);
    EXPECT_TRUE(sets_its_pace(uri));
    EXPECT_TRUE(uri.target.starts_with("/dev/video"));
  }
  EXPECT_EQ(must(parse_source_uri("video0.mp4")).kind, SourceUri::Kind::file);
}

TEST(WebcamName, of_what_is_no_camera_is_refused_by_the_kernel) {
  EXPECT_THAT(refusal_of("v4l2:/dev/null"), HasSubstr("/dev/null: is no camera"));
  EXPECT_THAT(refusal_of("/dev/video4711"), HasSubstr("/dev/video4711: no such camera"));
}

}  // namespace
}  // namespace lyn
