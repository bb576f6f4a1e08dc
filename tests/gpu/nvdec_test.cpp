#include <algorithm>
#include <filesystem>

#include "gpu/on_gpu.h"
#include "stages/decode/decoder.h"
#include "stages/decode/nvdec_cuda.h"
#include "stages/ingest/source.h"
#include "stages/output/frame_dump.h"

namespace lyn {
namespace {

/// What one decoded frame is, for comparing devices.
struct Seen {
  std::uint64_t hash = 0;
  std::int64_t pts = 0;
  int width = 0, height = 0;
  std::int64_t duration = 0;
  Colour colour;
  int rotation = 0;
  bool damaged = false;
  bool operator==(const Seen&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Seen& seen) {
  return out << seen.width << 'x' << seen.height << " at " << seen.pts << " for " << seen.duration << " colour "
             << static_cast<int>(seen.colour.matrix) << static_cast<int>(seen.colour.range)
             << static_cast<int>(seen.colour.siting) << " turned " << seen.rotation << (seen.damaged ? " damaged" : "")
             << " hash " << std::hex << seen.hash << std::dec;
}

/// Everything that `make` decodes of a file, as hashes computed on the device.
struct Decoding {
  Device& device;
  Stream& stream;
  std::unique_ptr<FrameHash> hash;
  std::vector<Seen> seen;
  std::vector<Frame> held;  ///< the last frames, to make the decoder run out of surfaces
  std::size_t hold = 0;

  void take(Decoder& decoder) {
    for (;;) {
      auto frame = decoder.receive();
      LYN_ASSERT_OK(frame);
      if (!frame->has_value()) return;
      auto value = hash->of(stream, (**frame).image);
      LYN_ASSERT_OK(value);
      const Image& image = (**frame).image;
      seen.push_back({*value, (**frame).pts.ticks, image.width, image.height, (**frame).duration, image.colour,
                      image.rotation, (**frame).damaged});
      held.push_back(std::move(**frame));
      if (held.size() > hold) held.erase(held.begin());
    }
  }

  void all_of(Source& source, Decoder& decoder) {
    for (;;) {
      auto packet = source.read();
      LYN_ASSERT_OK(packet);
      if (!packet->has_value()) break;
      LYN_ASSERT_OK(decoder.send(**packet));
      take(decoder);
    }
    LYN_ASSERT_OK(decoder.drain());
    take(decoder);
  }
};

std::filesystem::path clips() {
  const char* folder = std::getenv("LYN_GPU_CLIPS");
  return folder == nullptr ? "samples" : folder;
}

class Nvdec : public OnGpu {
 protected:
  using Make = Result<std::unique_ptr<Decoder>> (*)(Device&, const StreamInfo&, const DecoderOptions&);

  std::vector<Seen> decode(const std::string& file, Device& device, Stream& stream, Make make, std::size_t hold = 0) {
    std::vector<Seen> seen;
    decode_into(seen, file, device, stream, make, hold);
    return seen;
  }

  void expect_equal(const std::string& file, std::size_t hold = 0) {
    const auto expected = decode(file, *cpu_, *cpu_stream_, make_software_decoder);
    const auto got = decode(file, *gpu_, *gpu_stream_, make_nvdec_decoder, hold);
    ASSERT_FALSE(expected.empty()) << file;
    EXPECT_EQ(got.size(), expected.size()) << file;
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < std::min(got.size(), expected.size()); ++i) {
      if (got[i] == expected[i]) continue;
      if (++wrong <= 3) ADD_FAILURE() << file << " frame " << i << ": " << got[i] << " instead of " << expected[i];
    }
    EXPECT_EQ(wrong, 0U) << file << ": of " << expected.size();
  }

 private:
  static void decode_into(std::vector<Seen>& seen, const std::string& file, Device& device, Stream& stream, Make make,
                          std::size_t hold) {
    auto source = open_source(file, {});
    LYN_ASSERT_OK(source);
    auto decoder = make(device, (*source)->stream(), {});
    LYN_ASSERT_OK(decoder);
    auto hash = FrameHash::create(device);
    LYN_ASSERT_OK(hash);
    Decoding decoding{device, stream, std::move(*hash), {}, {}, hold};
    decoding.all_of(**source, **decoder);
    seen = std::move(decoding.seen);
  }
};

TEST_F(Nvdec, gives_the_samples_frames_to_the_bit) {
  for (const char* name : {"car-detection.mp4", "bottle-detection.mp4", "one-by-one-person-detection.mp4"}) {
    expect_equal(std::string("samples/") + name);
  }
}

TEST_F(Nvdec, gives_the_made_clips_frames_to_the_bit) {
  if (std::getenv("LYN_GPU_CLIPS") == nullptr) GTEST_SKIP() << "no made clips: tests/gpu/bundle makes them";
  for (const auto& entry : std::filesystem::directory_iterator(clips())) {
    const std::string name = entry.path().filename();
    if (name.starts_with("same_")) expect_equal(entry.path());
  }
}

TEST_F(Nvdec, never_stalls_when_more_frames_are_held_than_it_has_surfaces) {
  expect_equal("samples/car-detection.mp4", 12);
}

TEST_F(Nvdec, starts_anew_after_reset) {
  auto source = open_source("samples/car-detection.mp4", {});
  LYN_ASSERT_OK(source);
  auto decoder = make_nvdec_decoder(*gpu_, (*source)->stream(), {});
  LYN_ASSERT_OK(decoder);
  std::vector<std::vector<Seen>> rounds;
  for (int round = 0; round < 2; ++round) {
    auto hash = FrameHash::create(*gpu_);
    LYN_ASSERT_OK(hash);
    Decoding decoding{*gpu_, *gpu_stream_, std::move(*hash), {}, {}, 2};
    decoding.all_of(**source, **decoder);
    rounds.push_back(std::move(decoding.seen));
    LYN_ASSERT_OK((*decoder)->reset());
    LYN_ASSERT_OK((*source)->rewind());
  }
  EXPECT_EQ(rounds[0], rounds[1]);
}

TEST_F(Nvdec, refuses_what_the_gpu_does_not_offer_with_its_limits) {
  StreamInfo stream;
  stream.codec = CodecId::h264;
  stream.codec_name = "h264";
  stream.width = 20'000;
  stream.height = 20'000;
  const auto refused = make_nvdec_decoder(*gpu_, stream, {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::device);
  EXPECT_NE(refused.error().what.find("20000x20000"), std::string::npos) << refused.error().text();
  EXPECT_NE(refused.error().what.find("at most"), std::string::npos) << refused.error().text();
}

TEST_F(Nvdec, survives_damaged_streams_and_says_which_frames_suffered) {
  if (std::getenv("LYN_GPU_CLIPS") == nullptr) GTEST_SKIP() << "no made clips: tests/gpu/bundle makes them";
  for (const auto& entry : std::filesystem::directory_iterator(clips())) {
    const std::string name = entry.path().filename();
    if (!name.starts_with("damaged_")) continue;
    const auto cpu = decode(entry.path(), *cpu_, *cpu_stream_, make_software_decoder);
    const auto gpu = decode(entry.path(), *gpu_, *gpu_stream_, make_nvdec_decoder);
    const auto damaged = [](const std::vector<Seen>& all) { return std::ranges::count(all, true, &Seen::damaged); };
    std::printf("  %s: %zu frames by libavcodec (%td damaged), %zu by NVDEC (%td damaged)\n", name.c_str(), cpu.size(),
                damaged(cpu), gpu.size(), damaged(gpu));
    EXPECT_GT(damaged(gpu), 0) << name;
    EXPECT_GT(gpu.size(), cpu.size() / 2) << name;
  }
  EXPECT_FALSE(is_lost(*gpu_));
}

}  // namespace
}  // namespace lyn
