#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "damage/streams.h"
#include "device/cpu/cpu_device.h"
#include "stages/decode/decoder.h"
#include "stages/ingest/source.h"

// What cameras, cables and disks do to streams: any bits give pictures, damage or an error, never more.
// Every damage comes of a seed, so a failure is there again in the next run.
namespace lyn {
namespace {

using Random = std::mt19937;

bool chance(Random& random, unsigned one_in) {
  return random() % one_in == 0;
}

/// A copy of the packet's bytes with the zeros behind them that decoders read.
std::shared_ptr<std::vector<std::uint8_t>> own_bytes(Packet& packet, std::size_t size) {
  auto copy = std::make_shared<std::vector<std::uint8_t>>(packet.bytes.begin(),
                                                          packet.bytes.begin() + static_cast<std::ptrdiff_t>(size));
  copy->resize(size + 64, 0);
  packet.bytes = {copy->data(), size};
  packet.owner = copy;
  return copy;
}

void flip_bits(std::span<std::uint8_t> bytes, Random& random, unsigned count) {
  for (unsigned i = 0; i < count && !bytes.empty(); ++i) {
    bytes[random() % bytes.size()] ^= static_cast<std::uint8_t>(1U << random() % 8);
  }
}

/// False for a packet that is lost.
bool harm(Packet& packet, Random& random) {
  if (chance(random, 12)) return false;
  if (chance(random, 10)) own_bytes(packet, random() % (packet.bytes.size() + 1));
  if (chance(random, 4)) {
    const std::size_t size = packet.bytes.size();
    flip_bits({own_bytes(packet, size)->data(), size}, random, 1U << random() % 8);
  }
  if (chance(random, 16)) packet.pts = static_cast<std::int64_t>(random()) << random() % 32;
  return true;
}

struct Count {
  int packets = 0;
  int pictures = 0;
};

void check(const Frame& frame) {
  const Image& image = frame.image;
  ASSERT_NE(image.lease, nullptr);
  ASSERT_GT(image.width, 0);
  ASSERT_GT(image.height, 0);
  for (int i = 0; i < image.format.planes(); ++i) {
    const Plane& plane = image.planes.at(static_cast<std::size_t>(i));
    ASSERT_FALSE(plane.data.null());
    ASSERT_GE(plane.pitch, plane.width * image.format.sample_bytes());
  }
}

/// False once the decoder says that it cannot go on, which is an answer too.
bool take_all(Decoder& decoder, Count& count) {
  for (;;) {
    const auto frame = decoder.receive();
    if (!frame) return false;
    if (!*frame) return true;
    check(**frame);
    ++count.pictures;
  }
}

/// Reads and decodes to the end or the first error, `random` (if any) harming packets on the way.
Count decode(Device& device, const std::string& path, int threads, Random* random) {
  Count count;
  const auto source = open_source(path, {});
  if (!source) return count;
  const auto decoder = make_software_decoder(device, (*source)->stream(), {threads});
  if (!decoder) return count;
  for (auto packet = (*source)->read(); packet && *packet; packet = (*source)->read()) {
    ++count.packets;
    if (random != nullptr && !harm(**packet, *random)) continue;
    if (!(*decoder)->send(**packet) || !take_all(**decoder, count)) return count;
    if (random != nullptr && chance(*random, 30) && !(*decoder)->reset()) return count;
  }
  if ((*decoder)->drain()) take_all(**decoder, count);
  return count;
}

class Damaged : public testing::TestWithParam<DamagedStream> {
 protected:
  Damaged() : device_(std::move(*open_cpu_device(std::size_t{256} << 20))) {}
  ~Damaged() override { EXPECT_EQ(device_->pool().stats().used_bytes, 0U) << "a picture's memory is gone"; }
  std::unique_ptr<Device> device_;
};

TEST_P(Damaged, packets_give_pictures_or_an_error) {
  const std::string path = clip_of(GetParam());
  const Count whole = decode(*device_, path, 1, nullptr);
  ASSERT_EQ(whole.pictures, 24);
  int pictures = 0;
  for (unsigned seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Count count = decode(*device_, path, seed % 3 == 0 ? 3 : 1, &random);
    EXPECT_LE(count.pictures, 2 * whole.packets + 16);
    pictures += count.pictures;
  }
  EXPECT_GT(pictures, 24) << "the damage was to be survived, mostly";
}

TEST_P(Damaged, file_gives_pictures_or_an_error) {
  testing::internal::CaptureStderr();  // it says where each file ends, and sanitizers what they find: look there
  const std::string whole = media::bytes_of(clip_of(GetParam()));
  int pictures = 0;
  for (unsigned seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    std::string bytes = whole;
    std::span<std::uint8_t> all(reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size());
    flip_bits(all, random, 1U << seed % 7);
    flip_bits(all.first(std::min<std::size_t>(all.size(), 2048)), random, seed % 4);
    flip_bits(all.last(std::min<std::size_t>(all.size(), 2048)), random, seed % 4);
    if (seed % 5 == 4) bytes.resize(random() % bytes.size());
    pictures += decode(*device_, media::file_of(GetParam().name, bytes), 1, nullptr).pictures;
  }
  testing::internal::GetCapturedStderr();
  EXPECT_GT(pictures, 24) << "the damage was to be survived, mostly";
}

INSTANTIATE_TEST_SUITE_P(Stream, Damaged, testing::ValuesIn(damaged_streams()), name_of_test);

}  // namespace
}  // namespace lyn
