#include "device/cuda/cupti_copies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace lyn::cupti {
namespace {

constexpr std::size_t kMemcpyBytes = 120;  // CUpti_ActivityMemcpy6 of CUDA 12.8 and 13.0
constexpr std::size_t kOtherBytes = 88;    // any other record

template <class T>
void put(std::uint8_t* record, std::size_t offset, T value) {
  std::memcpy(record + offset, &value, sizeof value);
}

/// A record as the library writes it, byte by byte by the header's offsets.
void memcpy_record(std::uint8_t* to, CopyKind kind, MemoryPlace source, MemoryPlace target, std::uint64_t bytes,
                   std::uint32_t correlation, std::uint64_t graph_node) {
  put<std::uint32_t>(to, 0, 1);
  put<std::uint8_t>(to, 4, kind);
  put<std::uint8_t>(to, 5, source);
  put<std::uint8_t>(to, 6, target);
  put<std::uint8_t>(to, 7, 1);  // asynchronous
  put<std::uint64_t>(to, 8, bytes);
  put<std::uint64_t>(to, 16, 1'000);
  put<std::uint64_t>(to, 24, 1'500);
  put<std::uint32_t>(to, 44, correlation);
  put<std::uint32_t>(to, 48, correlation + 1);
  put<std::uint64_t>(to, 64, graph_node);
}

/// cuptiActivityGetNextRecord for a buffer of the records above.
Code next(std::uint8_t* buffer, std::size_t valid, void** record) {
  const auto size_of = [](const std::uint8_t* at) { return *at == 1 ? kMemcpyBytes : kOtherBytes; };
  auto* at = static_cast<std::uint8_t*>(*record);
  at = at == nullptr ? buffer : at + size_of(at);
  if (at >= buffer + valid) return 12;  // CUPTI_ERROR_MAX_LIMIT_REACHED
  *record = at;
  return kSuccess;
}

Copy one(CopyKind kind, MemoryPlace source, MemoryPlace target) {
  alignas(8) std::uint8_t bytes[kMemcpyBytes]{};
  memcpy_record(bytes, kind, source, target, 640, 7, 0);
  MemcpyRecord record{};
  std::memcpy(&record, bytes, sizeof record);
  return copy_of(record);
}

TEST(Copies, AreReadFromABufferAmongOtherRecords) {
  std::vector<std::uint8_t> buffer(2 * kMemcpyBytes + kOtherBytes);
  memcpy_record(buffer.data(), kCopyDeviceToHost, kMemoryDevice, kMemoryPinned, 7208, 41, 0);
  put<std::uint32_t>(buffer.data() + kMemcpyBytes, 0, 2);  // a memset
  memcpy_record(buffer.data() + kMemcpyBytes + kOtherBytes, kCopyHostToDevice, kMemoryPageable, kMemoryDevice, 96, 43,
                5);
  CuptiApi api;
  api.next_record = next;
  std::vector<Copy> copies;
  EXPECT_EQ(each_copy(api, buffer, [&](const Copy& copy) { copies.push_back(copy); }), 3U);
  ASSERT_EQ(copies.size(), 2U);
  EXPECT_EQ(copies[0].way, Way::out);
  EXPECT_EQ(copies[0].bytes, 7208U);
  EXPECT_EQ(copies[0].start, 1'000U);
  EXPECT_EQ(copies[0].correlation, 41U);
  EXPECT_EQ(copies[0].runtime_correlation, 42U);
  EXPECT_FALSE(copies[0].in_graph);
  EXPECT_EQ(copies[1].way, Way::in);
  EXPECT_EQ(copies[1].bytes, 96U);
  EXPECT_TRUE(copies[1].in_graph);
}

TEST(Copies, HaveADirection) {
  EXPECT_EQ(one(kCopyArrayToHost, kMemoryArray, kMemoryPinned).way, Way::out);
  EXPECT_EQ(one(kCopyHostToArray, kMemoryPageable, kMemoryArray).way, Way::in);
  EXPECT_EQ(one(kCopyDeviceToDevice, kMemoryDevice, kMemoryDevice).way, Way::within);
  EXPECT_EQ(one(kCopyHostToHost, kMemoryPinned, kMemoryPageable).way, Way::within);
  EXPECT_EQ(one(kCopyPeer, kMemoryDevice, kMemoryDevice).way, Way::within);
}

TEST(Copies, AreJudgedByThePlacesWhereTheKindLeavesItOpen) {
  EXPECT_EQ(one(kCopyUnknown, kMemoryDevice, kMemoryManaged).way, Way::out);
  EXPECT_EQ(one(kCopyDeviceToDevice, kMemoryDevice, kMemoryPinned).way, Way::out);
  EXPECT_EQ(one(kCopyDeviceToDevice, kMemoryPinned, kMemoryDevice).way, Way::in);
  EXPECT_EQ(one(kCopyUnknown, kMemoryUnknown, kMemoryUnknown).way, Way::unknown);
}

TEST(Copies, NameThePlacesOfMemory) {
  EXPECT_STREQ(name_of(kMemoryPinned), "pinned");
  EXPECT_STREQ(name_of(static_cast<MemoryPlace>(99)), "unknown");
}

}  // namespace
}  // namespace lyn::cupti
