#pragma once

#include <sys/types.h>

#include <string>

namespace lyn::media {

/// tests/media/http_server.py as a process of its own; ends with this object.
class HttpServer {
 public:
  /// Starts it and waits until it listens; throws when it does not. `certificate`: a PEM file of certificate
  /// and key, for https.
  explicit HttpServer(const std::string& folder, const std::string& certificate = "");
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// "http://127.0.0.1:PORT/" and the path.
  [[nodiscard]] std::string url(const std::string& path) const;
  /// Ends it as a power cut would.
  void kill();

 private:
  std::string scheme_;
  pid_t process_ = -1;
  int input_ = -1;
  int port_ = 0;
};

}  // namespace lyn::media
