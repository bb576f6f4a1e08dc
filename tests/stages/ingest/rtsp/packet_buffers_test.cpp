#include "stages/ingest/rtsp/packet_buffers.h"

#include <gtest/gtest.h>

#include <deque>
#include <set>
#include <thread>

#include "stages/ingest/rtsp/bytes_of.h"

namespace lyn::rtsp {
namespace {

TEST(PacketBuffers, give_bytes_with_zeros_behind_them) {
  PacketBuffers buffers;
  PacketBuffers::Building building;
  building.append(Bytes(1000, 7));
  building.append(8);
  const Packet packet = buffers.give_out(building);
  ASSERT_EQ(packet.bytes.size(), 1001U);
  EXPECT_EQ(packet.bytes[1000], 8);
  for (std::size_t i = 0; i < kPadding; ++i) EXPECT_EQ(packet.bytes.data()[1001 + i], 0);
  EXPECT_EQ(building.size(), 0U);
}

TEST(PacketBuffers, use_the_same_memory_again) {
  PacketBuffers buffers;
  PacketBuffers::Building building;
  std::set<const std::uint8_t*> places;
  std::deque<Packet> held;
  for (int i = 0; i < 1000; ++i) {
    building.append(Bytes(500, static_cast<std::uint8_t>(i)));
    held.push_back(buffers.give_out(building));
    places.insert(held.back().bytes.data());
    if (held.size() > 4) held.pop_front();
    for (const Packet& packet : held) EXPECT_EQ(packet.bytes.front(), packet.bytes.back());
  }
  EXPECT_LE(places.size(), 8U);
}

TEST(PacketBuffers, live_as_long_as_a_copy_does_on_any_thread) {
  auto buffers = std::make_unique<PacketBuffers>();
  PacketBuffers::Building building;
  building.append(Bytes{1, 2, 3});
  Packet packet = buffers->give_out(building);
  buffers.reset();
  std::thread([copy = packet, &packet] {
    packet = {};
    EXPECT_EQ(copy_of(copy.bytes), (Bytes{1, 2, 3}));
  }).join();
}

}  // namespace
}  // namespace lyn::rtsp
