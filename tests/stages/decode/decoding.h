#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "device/cpu/cpu_device.h"
#include "device/device.h"
#include "stages/decode/decoder.h"
#include "stages/ingest/source.h"

namespace lyn {

/// A frame's planes without padding, as ffmpeg's rawvideo has them.
std::string pixels_of(Device& device, const Image& image);

/// The time as ffprobe prints it.
std::string text_of(const MediaTime& time);

/// A source and its decoder on a cpu device.
class Decoding {
 public:
  using OnFrame = std::function<void(const Frame&)>;
  using Change = std::function<void(Packet&, int number)>;

  explicit Decoding(const std::string& path, int threads = 1);

  /// Sends every packet (after `change`, if given) and gives each frame as it comes; then drains.
  void run(const OnFrame& on_frame, const Change& change = {});

  Device& device() { return *device_; }
  Source& source() { return *source_; }
  Decoder& decoder() { return *decoder_; }

 private:
  void take(const OnFrame& on_frame);

  std::unique_ptr<Device> device_;
  std::unique_ptr<Source> source_;
  std::unique_ptr<Decoder> decoder_;
};

/// The value, or an exception with the error's text (which fails a test).
template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text());
  return std::move(*result);
}
inline void must(const Status& status) {
  if (!status) throw std::runtime_error(status.error().text());
}

}  // namespace lyn
