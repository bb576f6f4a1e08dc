#include "media/rtsp_server.h"

#include "media/clips.h"
#include "media/command.h"

namespace lyn::media {

RtspServer::RtspServer(const std::string& arguments)
    : process_("/usr/bin/python3 " + quoted(source_folder() + "/tests/media/rtsp_server.py") + " " + arguments,
               "the RTSP server did not start: it needs gir1.2-gst-rtsp-server-1.0 and python3-gi") {}

std::string RtspServer::url(const std::string& user, const std::string& path) const {
  return "rtsp://" + (user.empty() ? "" : user + "@") + "127.0.0.1:" + std::to_string(process_.port()) + "/" + path;
}

}  // namespace lyn::media
