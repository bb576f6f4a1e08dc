#include "media/server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace lyn::media {
namespace {

/// The first line that the process prints.
std::string first_line(int from) {
  std::string line;
  for (char c = 0; ::read(from, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

[[noreturn]] void become_server(int input, int output, const std::string& command) {
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::execl("/bin/sh", "sh", "-c", ("exec " + command).c_str(), nullptr);
  ::_exit(127);
}

}  // namespace

ServerProcess::ServerProcess(const std::string& command, const std::string& otherwise) {
  std::array<int, 2> in{}, out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  process_ = ::fork();
  if (process_ == 0) become_server(in[0], out[1], command);
  ::close(in[0]);
  ::close(out[1]);
  input_ = in[1];
  const std::string line = first_line(out[0]);
  ::close(out[0]);
  if (line.empty()) {
    kill();
    throw std::runtime_error(otherwise);
  }
  port_ = std::stoi(line);
}

ServerProcess::~ServerProcess() {
  kill();
}

void ServerProcess::kill() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  ::close(input_);
  process_ = -1;
}

void ServerProcess::freeze() const {
  ::kill(process_, SIGSTOP);
}

}  // namespace lyn::media
