#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "lynceus/export.h"
#include "lynceus/result.h"

namespace lyn {

/// A device that pictures lie on. Copies name the same one; the last of them, of its sources and of its
/// pictures closes it. Thread-safe.
class LYN_API OpenDevice {
 public:
  /// "cpu" (the reference, needs no GPU), "cuda" or "cuda:<n>". Nothing falls back to another device.
  /// Errors: `usage` for a name that is none, `device` when it cannot be used here, with the reason.
  static Result<OpenDevice> open(std::string_view name);

  /// "cpu", "cuda:0".
  [[nodiscard]] const std::string& name() const;
  /// Bytes of raw pixels that came to the host, ever: 0 unless somebody asked for them.
  [[nodiscard]] std::uint64_t host_pixel_bytes() const;

 private:
  friend class VideoSource;
  struct Impl;
  explicit OpenDevice(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

}  // namespace lyn
