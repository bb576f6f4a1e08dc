#pragma once

#include <string>

#include "media/server_process.h"

namespace lyn::media {

/// tests/media/rtsp_server.py as a process of its own; ends with this object.
class RtspServer {
 public:
  /// Starts it and waits until it listens; throws when it does not. `arguments` as its help says.
  explicit RtspServer(const std::string& arguments = "");

  /// rtsp://127.0.0.1:PORT/main; `user` as "name:password".
  [[nodiscard]] std::string url(const std::string& user = "", const std::string& path = "main") const;
  /// Ends it as a power cut would; the kernel then closes its connections.
  void kill() { process_.kill(); }
  /// Stops it as a hung camera: connections stay open, nothing is answered.
  void freeze() const { process_.freeze(); }

 private:
  ServerProcess process_;
};

}  // namespace lyn::media
