#pragma once

#include <memory>
#include <string>
#include <vector>

#include "stages/ingest/rtsp/bytes_of.h"
#include "stages/ingest/rtsp/depacketiser.h"

namespace lyn::rtsp {

/// Feeds packets to a depacketiser and keeps what it gives.
struct Depacketising {
  struct Given {
    std::uint32_t timestamp;
    bool key;
    bool damaged;
    Bytes bytes;
  };
  std::vector<Given> units;
  std::unique_ptr<Depacketiser> depacketiser;

  Depacketiser::Give give() {
    return [this](const Unit& unit) {
      units.push_back({unit.timestamp, unit.key, unit.damaged, copy_of(unit.bytes->bytes())});
    };
  }
  void take(std::uint32_t timestamp, bool marker, const Bytes& payload, bool gap = false) {
    const Bytes wire = rtp(0, timestamp, marker, payload);
    depacketiser->take(*parse_rtp(wire), gap);
  }
  /// "1000k 2000 3000!": timestamp, k for key, ! for damaged.
  [[nodiscard]] std::string summary() const {
    std::string text;
    for (const Given& unit : units) {
      text += (text.empty() ? "" : " ") + std::to_string(unit.timestamp) + (unit.key ? "k" : "") +
              (unit.damaged ? "!" : "");
    }
    return text;
  }
};

}  // namespace lyn::rtsp
