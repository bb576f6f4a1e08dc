// Pictures that nvJPEG encodes, decoded by libavcodec: near the source, and near what `cpu` makes of it.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "gpu/on_gpu.h"
#include "stages/encode/jpeg_encoder.h"

namespace lyn {
namespace {

constexpr Colour kJpeg{Matrix::bt601, Range::full, Siting::center};
constexpr int kQuality = 85;

using Planes = std::array<std::vector<std::uint8_t>, 3>;

/// What a camera sees, roughly: gradients, edges, some noise. Planes without padding.
Planes scene(int width, int height, int seed) {
  Planes planes;
  std::mt19937 random(static_cast<unsigned>(seed));
  for (std::size_t i = 0; i < 3; ++i) {
    const int columns = i == 0 ? width : width / 2;
    const int rows = i == 0 ? height : height / 2;
    for (int y = 0; y < rows; ++y) {
      for (int x = 0; x < columns; ++x) {
        const bool inside = (x / 37 + y / 29 + seed) % 3 == 0;
        const int noise = static_cast<int>(random() % 5) - 2;
        const int value = i == 0 ? 40 + x * 120 / columns + (inside ? 60 : 0) + noise
                                 : 128 + (inside ? 30 : -20) * (i == 1 ? 1 : -1) + y * 20 / rows;
        planes.at(i).push_back(static_cast<std::uint8_t>(std::clamp(value, 0, 255)));
      }
    }
  }
  return planes;
}

Image on(Device& device, Stream& stream, const Planes& planes, int width, int height) {
  auto image = make_image(device, width, height, {}, kJpeg);
  EXPECT_TRUE(image.ok()) << image.error().text();
  for (std::size_t i = 0; i < 3; ++i) {
    const Plane& plane = image->planes.at(i);
    const auto row = static_cast<std::size_t>(plane.width);
    for (int y = 0; y < plane.height; ++y) {
      const auto bytes = std::as_bytes(std::span(planes.at(i))).subspan(static_cast<std::size_t>(y) * row, row);
      EXPECT_TRUE(device.copy_in(stream, Reason::tables, plane.data.offset_bytes(y * plane.pitch), bytes).ok());
    }
  }
  EXPECT_TRUE(stream.synchronize().ok());
  return std::move(*image);
}

struct Decoded {
  int width = 0, height = 0;
  AVPixelFormat format = AV_PIX_FMT_NONE;
  Planes planes;
};

Decoded decoded(std::span<const std::byte> file) {
  const av::CodecContext context(avcodec_alloc_context3(avcodec_find_decoder(AV_CODEC_ID_MJPEG)));
  const av::Packet packet(av_packet_alloc());
  const av::Frame frame(av_frame_alloc());
  EXPECT_EQ(av_new_packet(packet.get(), static_cast<int>(file.size())), 0);
  std::memcpy(packet->data, file.data(), file.size());
  EXPECT_EQ(avcodec_open2(context.get(), nullptr, nullptr), 0);
  EXPECT_EQ(avcodec_send_packet(context.get(), packet.get()), 0);
  if (avcodec_receive_frame(context.get(), frame.get()) != 0) return {};
  Decoded result{frame->width, frame->height, static_cast<AVPixelFormat>(frame->format), {}};
  for (std::size_t i = 0; i < 3 && result.format == AV_PIX_FMT_YUVJ420P; ++i) {
    const int columns = i == 0 ? frame->width : (frame->width + 1) / 2;
    const int rows = i == 0 ? frame->height : (frame->height + 1) / 2;
    for (int y = 0; y < rows; ++y) {
      const std::uint8_t* row = frame->data[i] + y * frame->linesize[i];
      result.planes.at(i).insert(result.planes.at(i).end(), row, row + columns);
    }
  }
  return result;
}

double psnr(const Planes& a, const Planes& b) {
  double squares = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(a.at(i).size(), b.at(i).size()) << "plane " << i;
    for (std::size_t at = 0; at < std::min(a.at(i).size(), b.at(i).size()); ++at) {
      const double difference = a.at(i)[at] - b.at(i)[at];
      squares += difference * difference;
    }
    count += a.at(i).size();
  }
  return squares == 0 ? 100 : 10 * std::log10(255.0 * 255.0 * static_cast<double>(count) / squares);
}

class Nvjpeg : public OnGpu {
 protected:
  void SetUp() override {
    OnGpu::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    encoder_ = opened(*gpu_);
    reference_ = opened(*cpu_);
  }

  static std::unique_ptr<JpegEncoder> opened(Device& device, int quality = kQuality) {
    auto encoder = JpegEncoder::create(device, quality);
    EXPECT_TRUE(encoder.ok()) << encoder.error().text();
    return encoder ? std::move(*encoder) : nullptr;
  }

  static std::vector<std::byte> file_of(JpegEncoder& encoder, const Image& image) {
    const auto bytes = encoder.encode(image);
    EXPECT_TRUE(bytes.ok()) << bytes.error().text();
    return bytes ? std::vector<std::byte>(bytes->begin(), bytes->end()) : std::vector<std::byte>();
  }

  std::unique_ptr<JpegEncoder> encoder_, reference_;
};

TEST_F(Nvjpeg, makes_files_that_are_near_the_source_and_near_those_of_cpu) {
  ASSERT_TRUE(encoder_ && reference_);
  int seed = 0;
  for (const auto& [width, height] : {std::pair{640, 480}, std::pair{2, 2}, std::pair{18, 34}, std::pair{1918, 1078},
                                      std::pair{16, 16}, std::pair{3840, 2160}, std::pair{66, 2}}) {
    SCOPED_TRACE(std::to_string(width) + "x" + std::to_string(height));
    const Planes source = scene(width, height, ++seed);
    const Decoded made = decoded(file_of(*encoder_, on(*gpu_, *gpu_stream_, source, width, height)));
    const Decoded cpu = decoded(file_of(*reference_, on(*cpu_, *cpu_stream_, source, width, height)));
    ASSERT_EQ(made.format, AV_PIX_FMT_YUVJ420P);
    ASSERT_EQ(std::pair(made.width, made.height), std::pair(width, height));
    EXPECT_GE(psnr(made.planes, source), 38);
    EXPECT_GE(psnr(made.planes, cpu.planes), 34);
  }
}

TEST_F(Nvjpeg, gives_colours_of_another_matrix_and_range_as_jpeg_has_them) {
  ASSERT_TRUE(encoder_ && reference_);
  const Planes source = scene(320, 240, 5);
  Image gpu = on(*gpu_, *gpu_stream_, source, 320, 240);
  Image cpu = on(*cpu_, *cpu_stream_, source, 320, 240);
  gpu.colour = cpu.colour = {Matrix::bt709, Range::limited, Siting::left};
  const Decoded made = decoded(file_of(*encoder_, gpu));
  EXPECT_GE(psnr(made.planes, decoded(file_of(*reference_, cpu)).planes), 34);
  EXPECT_LT(psnr(made.planes, source), 30) << "limited range was not stretched";
}

TEST_F(Nvjpeg, makes_larger_files_the_better_they_are) {
  const Image image = on(*gpu_, *gpu_stream_, scene(640, 480, 9), 640, 480);
  std::vector<std::size_t> sizes;
  for (const int quality : {10, 60, 100}) {
    const auto encoder = opened(*gpu_, quality);
    ASSERT_TRUE(encoder);
    sizes.push_back(file_of(*encoder, image).size());
  }
  EXPECT_LT(sizes[0], sizes[1]);
  EXPECT_LT(sizes[1], sizes[2]);
}

TEST_F(Nvjpeg, brings_the_file_to_the_host_and_nothing_else) {
  ASSERT_TRUE(encoder_);
  const Image image = on(*gpu_, *gpu_stream_, scene(640, 480, 3), 640, 480);
  std::size_t bytes = 0;
  for (int i = 0; i < 5; ++i) bytes += file_of(*encoder_, image).size();
  EXPECT_GT(bytes, 0U);
  EXPECT_EQ(gpu_->ledger().copied_out(), bytes);
  EXPECT_EQ(gpu_->ledger().bytes(Reason::video), bytes);
  EXPECT_EQ(gpu_->ledger().host_pixel_bytes(), 0U);
}

TEST_F(Nvjpeg, takes_no_more_memory_once_it_has_seen_a_picture) {
  ASSERT_TRUE(encoder_);
  const Image large = on(*gpu_, *gpu_stream_, scene(1280, 720, 1), 1280, 720);
  ASSERT_FALSE(file_of(*encoder_, large).empty());
  gpu_->pool().mark_warm();
  const auto before = gpu_->pool().stats();
  for (int i = 0; i < 50; ++i) ASSERT_FALSE(file_of(*encoder_, large).empty());
  EXPECT_EQ(gpu_->pool().stats().device_allocations, before.device_allocations);
  EXPECT_EQ(gpu_->pool().stats().used_bytes, before.used_bytes);
}

TEST_F(Nvjpeg, gives_everything_back) {
  const auto before = gpu_->pool().stats().used_bytes;
  for (int i = 1; i <= 8; ++i) {
    const auto encoder = opened(*gpu_);
    ASSERT_TRUE(encoder);
    const int side = i * 64;
    ASSERT_FALSE(file_of(*encoder, on(*gpu_, *gpu_stream_, scene(side, side, i), side, side)).empty());
  }
  EXPECT_EQ(gpu_->pool().stats().used_bytes, before);
}

TEST_F(Nvjpeg, refuses_what_it_does_not_encode) {
  ASSERT_TRUE(encoder_);
  for (const PixelFormat format : {PixelFormat{Chroma::yuv420, Layout::semi_planar, 8, false},
                                   PixelFormat{Chroma::yuv420, Layout::planar, 10, false}}) {
    const auto made = encoder_->encode(random_image(*gpu_, *gpu_stream_, 64, 48, format, 7));
    ASSERT_FALSE(made.ok());
    EXPECT_EQ(made.error().kind, ErrorKind::device);
  }
  const auto odd = encoder_->encode(random_image(*gpu_, *gpu_stream_, 65, 49, {}, 7));
  ASSERT_FALSE(odd.ok());
  EXPECT_FALSE(JpegEncoder::create(*gpu_, 101).ok());
}

}  // namespace
}  // namespace lyn
