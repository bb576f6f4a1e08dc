#include "media/http_server.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "media/clips.h"

namespace lyn::media {
namespace {

[[noreturn]] void become_server(int input, int output, const std::string& folder, const std::string& certificate) {
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  const std::string script = source_folder() + "/tests/media/http_server.py";
  const char* tls = certificate.empty() ? nullptr : "--tls";
  ::execl("/usr/bin/python3", "python3", script.c_str(), folder.c_str(), tls, certificate.c_str(), nullptr);
  ::_exit(127);
}

std::string first_line(int from) {
  std::string line;
  for (char c = 0; ::read(from, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

}  // namespace

HttpServer::HttpServer(const std::string& folder, const std::string& certificate)
    : scheme_(certificate.empty() ? "http" : "https") {
  std::array<int, 2> in{}, out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  process_ = ::fork();
  if (process_ == 0) become_server(in[0], out[1], folder, certificate);
  ::close(in[0]);
  ::close(out[1]);
  input_ = in[1];
  const std::string line = first_line(out[0]);
  ::close(out[0]);
  if (line.empty()) {
    kill();
    throw std::runtime_error("the web server did not start");
  }
  port_ = std::stoi(line);
}

HttpServer::~HttpServer() {
  kill();
}

std::string HttpServer::url(const std::string& path) const {
  return scheme_ + "://127.0.0.1:" + std::to_string(port_) + "/" + path;
}

void HttpServer::kill() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  ::close(input_);
  process_ = -1;
}

}  // namespace lyn::media
