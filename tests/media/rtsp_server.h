#pragma once

#include <sys/types.h>

#include <string>

namespace lyn::media {

/// tests/media/rtsp_server.py as a process of its own; ends with this object.
class RtspServer {
 public:
  /// Starts it and waits until it listens; throws when it does not. `arguments` as its help says.
  explicit RtspServer(const std::string& arguments = "");
  ~RtspServer();
  RtspServer(const RtspServer&) = delete;
  RtspServer& operator=(const RtspServer&) = delete;

  /// rtsp://127.0.0.1:PORT/main; `user` as "name:password".
  [[nodiscard]] std::string url(const std::string& user = "", const std::string& path = "main") const;
  /// Ends it as a power cut would; the kernel then closes its connections.
  void kill();
  /// Stops it as a hung camera: connections stay open, nothing is answered.
  void freeze() const;

 private:
  pid_t process_ = -1;
  int input_ = -1;
  int port_ = 0;
};

}  // namespace lyn::media
