#pragma once

#include <netinet/in.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace lyn::media {

/// A TCP server on loopback that follows a script, for what no real server does on request. Each connection is
/// served by `script` in turn, on a thread of the server's; its end closes the connection.
class ScriptedServer {
 public:
  /// One connection, seen from the server. Waits end when the other side closes or the server is destroyed.
  class Client {
   public:
    explicit Client(int socket) : socket_(socket) {}
    /// The next request with its head, "" when there is none any more. Reports between requests are left out.
    std::string request();
    void send(std::string_view bytes);
    void send(std::span<const std::uint8_t> bytes) {
      send({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    /// Answers `request` with status and headers ("200 OK\r\nSession: 1"), its CSeq put in.
    void answer(const std::string& request, const std::string& head, const std::string& body = "");
    /// RTP or RTCP in the connection.
    void interleaved(int channel, std::span<const std::uint8_t> payload);
    /// The next frame of the other side's on `channel`: a receiver report, say.
    std::string report(int channel);
    void wait_for_close();
    /// Says that nothing follows; what the other side still says can be read.
    void end_sending();
    /// Ends the connection by RST.
    void reset();

   private:
    bool read_some();
    int socket_;
    std::string unread_;
  };
  using Script = std::function<void(Client&)>;

  explicit ScriptedServer(Script script);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::string url(const std::string& path = "main", const std::string& user = "") const;
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void serve(const Script& script);

  int socket_;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::atomic<int> client_{-1};
  std::thread thread_;
};

/// The head of a request up to the path of its URL: "SETUP /main/trackID=1".
std::string what_of(const std::string& request);

}  // namespace lyn::media
