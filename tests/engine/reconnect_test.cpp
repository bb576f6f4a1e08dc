// A camera that comes back a thousand times leaves nothing behind (P4).
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/engine.h"
#include "media/clips.h"
#include "stages/ingest/camera_script.h"

namespace lyn {
namespace {

using namespace std::chrono_literals;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // memory that was freed stays taken for a while
constexpr std::uint64_t kReconnects = 150;
#else
constexpr bool kSanitized = false;
constexpr std::uint64_t kReconnects = 1000;
#endif
constexpr std::uint64_t kSettled = 50;
constexpr std::uint64_t kWindow = (kReconnects - kSettled) / 2;  ///< reconnects over which it is noted
constexpr std::uint64_t kPicturesEach = 3;

/// The units of a tiny clip: parameter sets, an IDR picture, and pictures that refer to it.
std::vector<Bytes> units_of_clip() {
  const std::string path = media::clip(
      "tiny.h264",
      media::pattern("64x48", 25, 0.12) +
          " -c:v libx264 -preset ultrafast -tune zerolatency -threads 1 -x264-params sliced-threads=0 -f h264");
  const std::string stream = media::bytes_of(path);
  const std::string start("\0\0\1", 3);
  std::vector<Bytes> units;
  for (auto at = stream.find(start); at != std::string::npos;) {
    const auto begin = at + start.size();
    at = stream.find(start, begin);
    auto end = at == std::string::npos ? stream.size() : at;
    while (end > begin && stream[end - 1] == 0) --end;
    const Bytes unit(stream.begin() + static_cast<std::ptrdiff_t>(begin),
                     stream.begin() + static_cast<std::ptrdiff_t>(end));
    if ((unit[0] & 31) != 6) units.push_back(unit);
  }
  return units;
}

/// Plays the clip and hangs up.
void play_and_hang_up(Client& client, const std::vector<Bytes>& units) {
  play(client);
  std::uint16_t sequence = 0;
  std::uint32_t time = 0;
  for (const Bytes& unit : units) {
    const bool picture = (unit[0] & 31) == 5 || (unit[0] & 31) == 1;
    client.interleaved(0, rtp(sequence++, time, picture, unit));
    if (picture) time += 3600;
  }
}

struct Range {
  std::size_t least = SIZE_MAX;
  std::size_t most = 0;
  void add(std::size_t value) {
    least = std::min(least, value);
    most = std::max(most, value);
  }
};

/// What the process holds, over many connections: between two of them it is least.
struct Taken {
  Range files;
  Range threads;
  Range resident_kib;
  Range allocations;
};

std::size_t entries_of(const char* folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

std::size_t resident_kib() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) / 1024;
}

void note(Taken& taken, Engine& engine) {
  taken.files.add(entries_of("/proc/self/fd"));
  taken.threads.add(entries_of("/proc/self/task"));
  taken.resident_kib.add(resident_kib());
  taken.allocations.add(engine.device().pool().stats().device_allocations);
}

/// Waits of milliseconds, and no breaker.
RetryPolicy impatient() {
  RetryPolicy policy;
  policy.first = 1ms;
  policy.early_cap = 4ms;
  policy.early = 1h;
  policy.flap_starts = 1'000'000;
  return policy;
}

TEST(Reconnect, AThousandTimesLeavesNothingBehind) {
  const auto units = units_of_clip();
  const media::ScriptedServer camera([&](Client& client) { play_and_hang_up(client, units); });
  Config config;
  config.detector.model = "none";
  config.cameras.push_back(make_camera(config, "gate", camera.url()));
  ASSERT_TRUE(finalise(config));

  Engine* engine = nullptr;
  Taken early;
  Taken late;
  RunOptions options;
  options.retry = impatient();
  options.on_record = [&](const FrameRecord& record) {
    const std::uint64_t connection = record.frame / kPicturesEach;
    if (connection >= kSettled && connection < kSettled + kWindow) note(early, *engine);
    if (connection >= kReconnects - kWindow) note(late, *engine);
    if (connection == kReconnects) engine->request_stop();
  };
  auto created = Engine::create(config, options, system_clock());
  ASSERT_TRUE(created) << created.error().text();
  engine = created->get();
  const RunOutcome outcome = engine->run();

  ASSERT_FALSE(outcome.error) << outcome.error->text();
  const CameraSummary& gate = outcome.summary.cameras.front();
  EXPECT_GE(gate.reconnects, kReconnects);
  EXPECT_GE(gate.frames_processed, kReconnects * kPicturesEach);
  EXPECT_EQ(gate.damaged, 0U);
  EXPECT_EQ(late.allocations.most, early.allocations.least);
  EXPECT_EQ(outcome.summary.memory.allocations_after_warmup, 0U);
  EXPECT_LE(late.files.least, early.files.least);
  EXPECT_LE(late.threads.least, early.threads.least);
  if (kSanitized) return;
  EXPECT_LE(late.resident_kib.least, early.resident_kib.most);
}

}  // namespace
}  // namespace lyn
