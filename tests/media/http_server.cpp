#include "media/http_server.h"

#include "media/clips.h"
#include "media/command.h"

namespace lyn::media {
namespace {

std::string command_of(const std::string& folder, const std::string& certificate) {
  const std::string tls = certificate.empty() ? "" : " --tls " + quoted(certificate);
  return "/usr/bin/python3 " + quoted(source_folder() + "/tests/media/http_server.py") + " " + quoted(folder) + tls;
}

}  // namespace

HttpServer::HttpServer(const std::string& folder, const std::string& certificate)
    : scheme_(certificate.empty() ? "http" : "https"),
      process_(command_of(folder, certificate), "the web server did not start") {}

std::string HttpServer::url(const std::string& path) const {
  return scheme_ + "://127.0.0.1:" + std::to_string(process_.port()) + "/" + path;
}

}  // namespace lyn::media
