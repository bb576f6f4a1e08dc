#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "media/clips.h"
#include "media/command.h"
#include "stages/ingest/source.h"

namespace lyn {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text());
  return std::move(*result);
}
inline void must(const Status& status) {
  if (!status) throw std::runtime_error(status.error().text());
}

/// All packets to the end.
inline std::vector<Packet> packets_of(Source& source) {
  std::vector<Packet> packets;
  while (auto packet = must(source.read())) packets.push_back(*packet);
  return packets;
}

/// The text of the error that opening a source gives; "opened" when it gives none.
inline std::string refusal_of(const std::string& uri) {
  const auto opened = open_source(uri, {});
  if (opened) return "opened";
  return opened.error().kind == ErrorKind::source ? opened.error().text() : "wrong kind: " + opened.error().text();
}

/// 25 pictures with B-frames and a tone.
inline std::string clip_with_sound() {
  return media::clip("sound.mp4", "-f lavfi -i sine=duration=1 " + media::pattern("320x240", 25, 1) +
                                      " -c:v libx264 -preset veryfast -bf 2 -g 10 -pix_fmt yuv420p -c:a aac");
}

inline std::string copied(const std::string& name, const std::string& more = "") {
  return media::clip(name, "-i " + media::quoted(clip_with_sound()) + " -c copy " + more);
}

}  // namespace lyn
