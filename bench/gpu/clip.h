#pragma once

#include <string>
#include <vector>

#include "stages/ingest/source.h"

namespace lyn::bench {

/// A file's packets in memory, so that reading it costs the measurement nothing.
struct Clip {
  StreamInfo stream;
  std::vector<Packet> packets;
};

inline Result<Clip> load_clip(const std::string& path) {
  LYN_TRY(auto source, open_source(path, {}));
  Clip clip{source->stream(), {}};
  for (;;) {
    LYN_TRY(auto packet, source->read());
    if (!packet) return clip;
    clip.packets.push_back(std::move(*packet));
  }
}

}  // namespace lyn::bench
