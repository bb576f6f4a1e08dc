#pragma once

#include <cstdint>
#include <string>

#include "core/media.h"
#include "core/result.h"
#include "stages/ingest/source.h"

namespace lyn {

/// What a source is, as its container and first packets tell; nothing is decoded to the end.
struct ProbeReport {
  std::string source;                ///< passwords hidden
  std::string container;             ///< FFmpeg's name
  StreamInfo video;                  ///< colour as tagged, rotation in quarter turns
  std::string profile;               ///< "High"; empty when unknown
  std::string pixel_format;          ///< FFmpeg's name, "yuv420p"; empty when unknown
  double seconds = 0;                ///< duration; 0 when unknown (live, raw streams)
  std::int64_t frames = 0;           ///< as the container counts them; 0 when it does not
  std::int64_t bits_per_second = 0;  ///< 0 when unknown
  bool has_audio = false;
  bool live = false;

  /// One object, keys only ever added.
  [[nodiscard]] std::string json() const;
  /// A line a fact, for people.
  [[nodiscard]] std::string text() const;
};

/// Opens, looks and closes. Errors: those of open_source().
Result<ProbeReport> probe_source(const std::string& uri, const SourceOptions& options);

}  // namespace lyn
