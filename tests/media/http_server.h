#pragma once

#include <string>

#include "media/server_process.h"

namespace lyn::media {

/// tests/media/http_server.py as a process of its own; ends with this object.
class HttpServer {
 public:
  /// Starts it and waits until it listens; throws when it does not. `certificate`: a PEM file of certificate
  /// and key, for https.
  explicit HttpServer(const std::string& folder, const std::string& certificate = "");

  /// "http://127.0.0.1:PORT/" and the path.
  [[nodiscard]] std::string url(const std::string& path) const;
  /// Ends it as a power cut would.
  void kill() { process_.kill(); }

 private:
  std::string scheme_;
  ServerProcess process_;
};

}  // namespace lyn::media
