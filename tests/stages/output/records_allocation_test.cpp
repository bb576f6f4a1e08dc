#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <new>

#include "stages/output/records.h"

namespace {
thread_local long allocations = 0;
}

// Counts every allocation of this thread, of this test program. Not inlined: GCC 12 would otherwise warn
// that new and free do not match.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace lyn {
namespace {

TEST(Records, allocate_nothing_after_the_first_lines) {
  const std::vector<std::string> labels{"person", "caf\xC3\xA9 \"x\""};
  std::array<Detection, 50> found;
  std::array<std::int64_t, 50> ids;
  std::array<Track, 50> tracks;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto x = static_cast<float>(i) * 1.37F;
    found[i] = {{x, x, x + 10, x + 20}, static_cast<int>(i % 2), 0.5F};
    ids[i] = static_cast<std::int64_t>(i);
    tracks[i] = {static_cast<std::int64_t>(i), found[i].box, 0, 0.5F, TrackState::lost, 3, -1};
  }
  FrameRecord record;
  record.camera = "gate";
  record.labels = labels;
  record.detections = found;
  record.track_ids = ids;
  record.tracks = tracks;
  record.hash = 5;
  auto jsonl = open_jsonl("/dev/null", {true});
  auto mot = open_mot("/dev/null");
  const auto write = [&] {
    ASSERT_TRUE((*jsonl)->write(record).ok());
    ASSERT_TRUE((*mot)->write(record).ok());
  };
  write();
  const long before = allocations;
  for (int i = 0; i < 100; ++i) write();
  EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace lyn
