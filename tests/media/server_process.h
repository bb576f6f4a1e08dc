#pragma once

#include <sys/types.h>

#include <string>

namespace lyn::media {

/// A server of tests/media as a process of its own, which prints its port once it listens; ends with this object.
class ServerProcess {
 public:
  /// `command`: a shell's command line. Waits for the port; throws `otherwise` when none comes.
  ServerProcess(const std::string& command, const std::string& otherwise);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  [[nodiscard]] int port() const { return port_; }
  /// Ends it as a power cut would; the kernel then closes its connections.
  void kill();
  /// Stops it as a hung camera: connections stay open, nothing is answered.
  void freeze() const;

 private:
  pid_t process_ = -1;
  int input_ = -1;  ///< its standard input: closed when this process ends, however it does
  int port_ = 0;
};

}  // namespace lyn::media
