#include "media/command.h"

#include <sstream>
#include <stdexcept>

namespace lyn::media {

std::string quoted(const std::string& argument) {
  std::string out = "'";
  for (const char c : argument) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string output_of(const std::string& command) {
  std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::string out;
  char buffer[65536];
  while (const std::size_t length = std::fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, length);
  if (::pclose(pipe) != 0) throw std::runtime_error(command + ": " + out);
  return out;
}

std::vector<std::string> lines_of(const std::string& command) {
  std::istringstream text(output_of(command));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

Pipe::Pipe(const std::string& command) : file_(::popen(command.c_str(), "r")) {
  if (!file_) throw std::runtime_error("cannot run " + command);
}

std::string Pipe::read(std::size_t bytes) {
  std::string out(bytes, '\0');
  out.resize(std::fread(out.data(), 1, bytes, file_.get()));
  return out;
}

void Pipe::Close::operator()(std::FILE* file) const {
  ::pclose(file);
}

}  // namespace lyn::media
