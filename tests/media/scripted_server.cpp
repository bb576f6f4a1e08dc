#include "media/scripted_server.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace lyn::media {
namespace {

std::string header(const std::string& request, const std::string& name) {
  const auto at = request.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const auto begin = at + name.size() + 4;
  return request.substr(begin, request.find('\r', begin) - begin);
}

}  // namespace

bool ScriptedServer::Client::read_some() {
  std::array<char, 4096> bytes{};
  const auto count = ::recv(socket_, bytes.data(), bytes.size(), 0);
  if (count <= 0) return false;
  unread_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

std::string ScriptedServer::Client::request() {
  for (;;) {
    while (unread_.starts_with('$')) {
      if (unread_.size() < 4) break;
      const std::size_t length =
          4 + (static_cast<unsigned char>(unread_[2]) << 8 | static_cast<unsigned char>(unread_[3]));
      if (unread_.size() < length) break;
      unread_.erase(0, length);
    }
    if (const auto end = unread_.find("\r\n\r\n"); !unread_.starts_with('$') && end != std::string::npos) {
      std::string request = unread_.substr(0, end + 4);
      unread_.erase(0, end + 4);
      return request;
    }
    if (!read_some()) return "";
  }
}

std::string ScriptedServer::Client::report(int channel) {
  for (;;) {
    const auto at = unread_.find(std::string{'$', static_cast<char>(channel)});
    if (at != std::string::npos && unread_.size() >= at + 4) {
      const std::size_t length = static_cast<unsigned char>(unread_[at + 3]);
      if (unread_.size() >= at + 4 + length) {
        std::string payload = unread_.substr(at + 4, length);
        unread_.erase(0, at + 4 + length);
        return payload;
      }
    }
    if (!read_some()) return "";
  }
}

void ScriptedServer::Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void ScriptedServer::Client::answer(const std::string& request, const std::string& head, const std::string& body) {
  std::string text = "RTSP/1.0 " + head + "\r\nCSeq: " + header(request, "CSeq") + "\r\n";
  if (!body.empty()) text += "Content-Type: application/sdp\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  send(text + "\r\n" + body);
}

void ScriptedServer::Client::interleaved(int channel, std::span<const std::uint8_t> payload) {
  const std::string head{'$', static_cast<char>(channel), static_cast<char>(payload.size() >> 8),
                         static_cast<char>(payload.size())};
  send(head + std::string(reinterpret_cast<const char*>(payload.data()), payload.size()));
}

void ScriptedServer::Client::wait_for_close() {
  while (read_some()) unread_.clear();
}

void ScriptedServer::Client::end_sending() {
  ::shutdown(socket_, SHUT_WR);
}

void ScriptedServer::Client::reset() {
  const linger now{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

ScriptedServer::ScriptedServer(Script script) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), length) != 0 || ::listen(socket_, 16) != 0) {
    throw std::runtime_error("no port to listen on");
  }
  ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this, script = std::move(script)] { serve(script); });
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(socket_, SHUT_RDWR);
  if (const int client = client_.load(); client >= 0) ::shutdown(client, SHUT_RDWR);
  thread_.join();
  ::close(socket_);
}

void ScriptedServer::serve(const Script& script) {
  for (;;) {
    const int socket = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    ++connections_;
    client_ = socket;
    Client client(socket);
    script(client);
    client_ = -1;
    ::close(socket);
  }
}

std::string ScriptedServer::url(const std::string& path, const std::string& user) const {
  return "rtsp://" + (user.empty() ? "" : user + "@") + "127.0.0.1:" + std::to_string(port_) + "/" + path;
}

std::string what_of(const std::string& request) {
  const auto method = request.substr(0, request.find(' '));
  const auto host = request.find("://");
  const auto path = host == std::string::npos ? std::string::npos : request.find('/', host + 3);
  return path == std::string::npos ? method : method + " " + request.substr(path, request.find(' ', path) - path);
}

}  // namespace lyn::media
