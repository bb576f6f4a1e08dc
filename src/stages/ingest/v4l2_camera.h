#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/media.h"
#include "core/result.h"
#include "stages/ingest/v4l2_calls.h"

namespace lyn {

/// What a device says of itself before it is set to anything.
struct V4l2Facts {
  std::string name;
  std::vector<std::string> formats;  ///< "MJPG", "YUYV"; as the driver lists them
};

/// One buffer of a camera with a picture in it; the kernel waits for it to be given back.
struct V4l2Picture {
  unsigned index = 0;
  std::span<const std::uint8_t> bytes;
  std::int64_t microseconds = 0;  ///< of the kernel's monotonic clock
  bool damaged = false;           ///< the driver says that bytes are missing
  bool key = true;
};

/// A camera behind Video4Linux (/dev/video0): opened, set to a compressed format, and streaming. Raw pictures (YUYV
/// and others) are refused: they would be pixels on the host. One thread at a time.
class V4l2Camera {
 public:
  /// Errors (kind `source`) say what it is instead of a camera, or who must act: missing, in use, no permission,
  /// nothing but raw pictures.
  static Result<std::unique_ptr<V4l2Camera>> open(const std::string& path, const V4l2Calls& calls);
  /// Looks only, also at a camera that another program uses. Errors: those of open(), but for its formats.
  static Result<V4l2Facts> look_at(const std::string& path, const V4l2Calls& calls);
  ~V4l2Camera();
  V4l2Camera(const V4l2Camera&) = delete;
  V4l2Camera& operator=(const V4l2Camera&) = delete;

  [[nodiscard]] CodecId codec() const { return codec_; }
  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  [[nodiscard]] Rational frame_rate() const { return rate_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  /// For V4l2Calls::wait().
  [[nodiscard]] int descriptor() const { return descriptor_; }

  /// The next picture; nullopt when none is there yet.
  Result<std::optional<V4l2Picture>> take();
  Status give_back(const V4l2Picture& picture);
  /// The camera is gone, in words.
  [[nodiscard]] Error lost(int code) const;

 private:
  struct Buffer {
    void* memory = nullptr;
    std::size_t bytes = 0;
  };
  V4l2Camera(std::string path, const V4l2Calls& calls) : path_(std::move(path)), calls_(calls) {}
  Status connect();
  Status choose_format();
  [[nodiscard]] std::vector<std::uint32_t> formats() const;
  void choose_size(std::uint32_t format);
  Status set_format(std::uint32_t format);
  Status map_buffers();
  Status start();
  [[nodiscard]] Error refused(const std::string& what, int code) const;

  std::string path_;
  const V4l2Calls& calls_;
  int descriptor_ = -1;
  std::string name_;
  CodecId codec_ = CodecId::unknown;
  int width_ = 0;
  int height_ = 0;
  Rational rate_{0, 1};
  std::vector<Buffer> buffers_;
  bool streaming_ = false;
};

/// "/dev/video0", "/dev/video1", …: what may be cameras on this machine.
std::vector<std::string> video_devices();

}  // namespace lyn
