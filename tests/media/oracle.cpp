#include "media/oracle.h"

namespace lyn::media {

Pipe raw_video(const std::string& path, const std::string& input) {
  return Pipe("ffmpeg -nostdin -v quiet -noautorotate " + input + " -i " + quoted(path) +
              " -map 0:v:0 -vsync passthrough -f rawvideo -");
}

std::vector<std::string> picture_times(const std::string& path) {
  auto lines = lines_of(
      "ffprobe -v quiet -select_streams v:0 -show_entries frame=best_effort_timestamp_time -of default=nk=1:nw=1 " +
      quoted(path));
  std::erase_if(lines, [](const std::string& line) { return line.empty(); });
  return lines;
}

std::string stream_field(const std::string& path, const std::string& field) {
  auto lines = lines_of("ffprobe -v quiet -select_streams v:0 -show_entries stream=" + field +
                        " -of default=nk=1:nw=1 " + quoted(path));
  return lines.empty() ? "" : lines.front();
}

}  // namespace lyn::media
