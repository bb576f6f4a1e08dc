#include "stages/ingest/rtsp/host_lookup.h"

#include <netdb.h>

#include <array>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "core/this_thread.h"
#include "stages/ingest/rtsp/event_loop_impl.h"

namespace lyn::rtsp {
namespace {

struct Waiting {
  std::shared_ptr<EventLoop::Impl> loop;
  std::function<void(std::vector<std::string>)> done;
};

struct UnderWay {
  std::mutex mutex;
  std::map<std::string, std::vector<Waiting>> names;
};

/// Never destroyed: a lookup may outlive main().
UnderWay& under_way() {
  static auto* all = new UnderWay;
  return *all;
}

std::vector<std::string> addresses_of(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return {};
  std::vector<std::string> addresses;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(at->ai_addr, at->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0) {
      addresses.emplace_back(text.data());
    }
  }
  freeaddrinfo(found);
  return addresses;
}

void finish(const std::string& host, const std::vector<std::string>& addresses) {
  std::vector<Waiting> waiting;
  {
    std::lock_guard lock(under_way().mutex);
    waiting = std::move(under_way().names.extract(host).mapped());
  }
  for (auto& [loop, done] : waiting) {
    asio::post(loop->io, [done = std::move(done), addresses] { done(addresses); });
  }
}

}  // namespace

void look_up(EventLoop& loop, const std::string& host, std::function<void(std::vector<std::string>)> done) {
  ErrorCode not_numeric;
  asio::ip::make_address(host, not_numeric);
  if (!not_numeric) {
    loop.post([done = std::move(done), host] { done({host}); });
    return;
  }
  std::lock_guard lock(under_way().mutex);
  auto& waiting = under_way().names[host];
  waiting.push_back({loop.impl(), std::move(done)});
  if (waiting.size() > 1) return;
  std::thread([host] {
    name_this_thread("look up");
    finish(host, addresses_of(host));
  }).detach();
}

}  // namespace lyn::rtsp
