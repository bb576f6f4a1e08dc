// The receiver against a server whose every other word is wrong: nothing crashes, hangs, or is left behind.
#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>

#include "media/scripted_server.h"
#include "stages/ingest/rtsp/receiver.h"
#include "stages/ingest/rtsp/wild_server.h"
#include "stages/ingest/source_uri.h"

namespace lyn {
namespace {

using namespace std::chrono_literals;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kOwnMemory = false;  // what was freed is kept to be watched
#else
constexpr bool kOwnMemory = true;
#endif

/// What ./test has time for; ./test --long says more.
std::uint64_t messages_wanted() {
  const char* said = std::getenv("LYN_STORM_MESSAGES");
  return said == nullptr ? 10'000 : std::strtoull(said, nullptr, 10);
}

struct Held {
  long rss_kib = 0;
  long descriptors = 0;
  long threads = 0;
};

Held held_now() {
  Held held;
  std::ifstream status("/proc/self/status");
  for (std::string key; status >> key;) {
    if (key == "RssAnon:") status >> held.rss_kib;
    if (key == "Threads:") status >> held.threads;
  }
  const std::filesystem::directory_iterator all("/proc/self/fd");
  held.descriptors = std::distance(begin(all), end(all));
  return held;
}

/// Holds the receiver to its contract: one end, pictures only once opened, padding behind them.
class Listener final : public Receiver::Sink {
 public:
  void on_opened(const StreamInfo& stream) override {
    EXPECT_FALSE(std::exchange(opened_, true));
    EXPECT_GE(stream.time_base.den, 1);
  }
  void on_packet(Packet packet) override {
    EXPECT_TRUE(opened_);
    ASSERT_FALSE(packet.bytes.empty());
    EXPECT_EQ(packet.bytes.data()[packet.bytes.size()], 0);
    ++packets_;
  }
  void on_ended(Error error) override {
    std::lock_guard lock(mutex_);
    EXPECT_FALSE(ended_) << error.text();
    EXPECT_EQ(error.kind, ErrorKind::source) << error.text();
    ended_ = true;
    fault_ = error.fault;
    changed_.notify_all();
  }
  /// False when it does not end.
  bool wait() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 30s, [this] { return ended_; });
  }
  [[nodiscard]] bool opened() const { return opened_; }
  [[nodiscard]] int packets() const { return packets_; }
  [[nodiscard]] SourceFault fault() const { return fault_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  bool opened_ = false;
  int packets_ = 0;
  SourceFault fault_{};
};

TEST(RtspStorm, leaves_nothing_behind) {
  std::unique_ptr<rtsp::WildServer> wild;  // written by the server's thread between two connections
  std::mutex mutex;
  const media::ScriptedServer server([&](media::ScriptedServer::Client& client) {
    rtsp::Bytes all;
    {
      std::lock_guard lock(mutex);
      all = wild->conversation();
    }
    client.send(std::span<const std::uint8_t>(all));
    client.end_sending();
    client.wait_for_close();
  });
  const std::string url = server.url("main", "me:secret");
  {
    std::lock_guard lock(mutex);
    wild = std::make_unique<rtsp::WildServer>(20'261'127, server.url());
  }
  const auto sent = [&] {
    std::lock_guard lock(mutex);
    return wild->messages();
  };
  SourceOptions options;
  options.open_timeout = 5s;
  options.stall_timeout = 5s;
  options.listen_to_audio = true;
  const auto uri = *parse_source_uri(url);
  int opened = 0;
  int packets = 0;
  std::map<SourceFault, int> faults;
  Held before;
  const std::uint64_t wanted = messages_wanted();
  for (std::uint64_t said = 0; said < wanted; said = sent()) {
    if (said < wanted / 5) before = held_now();  // warm by then
    Listener listener;
    const auto receiver = Receiver::start(uri, options, listener);
    ASSERT_TRUE(listener.wait()) << "after " << said << " messages";
    opened += listener.opened() ? 1 : 0;
    packets += listener.packets();
    ++faults[listener.fault()];
  }
  const Held after = held_now();
  std::printf(
      "%llu messages in %d connections: %d opened, %d pictures, %zu kinds of end; RSS %+ld KiB, descriptors "
      "%+ld, threads %+ld\n",
      static_cast<unsigned long long>(sent()), server.connections(), opened, packets, faults.size(),
      after.rss_kib - before.rss_kib, after.descriptors - before.descriptors, after.threads - before.threads);
  EXPECT_GT(opened, server.connections() / 20) << "damage must not keep the rest from being reached";
  EXPECT_GT(packets, opened);
  EXPECT_GE(faults.size(), 5U) << "it ends in different ways";
  EXPECT_EQ(after.descriptors, before.descriptors);
  EXPECT_EQ(after.threads, before.threads);
  if (kOwnMemory) {
    EXPECT_LT(after.rss_kib - before.rss_kib, 2048);
  }
}

}  // namespace
}  // namespace lyn
