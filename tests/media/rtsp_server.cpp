#include "media/rtsp_server.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "media/clips.h"
#include "media/command.h"

namespace lyn::media {
namespace {

/// The first line that the process prints.
std::string first_line(int from) {
  std::string line;
  for (char c = 0; ::read(from, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

[[noreturn]] void become_server(int input, int output, const std::string& arguments) {
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  const std::string command =
      "exec /usr/bin/python3 " + quoted(source_folder() + "/tests/media/rtsp_server.py") + " " + arguments;
  ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
  ::_exit(127);
}

}  // namespace

RtspServer::RtspServer(const std::string& arguments) {
  std::array<int, 2> in{}, out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  process_ = ::fork();
  if (process_ == 0) become_server(in[0], out[1], arguments);
  ::close(in[0]);
  ::close(out[1]);
  input_ = in[1];
  const std::string line = first_line(out[0]);
  ::close(out[0]);
  if (line.empty()) {
    kill();
    throw std::runtime_error("the RTSP server did not start: it needs gir1.2-gst-rtsp-server-1.0 and python3-gi");
  }
  port_ = std::stoi(line);
}

RtspServer::~RtspServer() {
  kill();
}

std::string RtspServer::url(const std::string& user, const std::string& path) const {
  return "rtsp://" + (user.empty() ? "" : user + "@") + "127.0.0.1:" + std::to_string(port_) + "/" + path;
}

void RtspServer::kill() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  ::close(input_);
  process_ = -1;
}

void RtspServer::freeze() const {
  ::kill(process_, SIGSTOP);
}

}  // namespace lyn::media
