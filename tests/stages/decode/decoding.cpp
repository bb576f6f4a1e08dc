#include "stages/decode/decoding.h"

#include <cstdio>

namespace lyn {

std::string pixels_of(Device& device, const Image& image) {
  const auto stream = must(device.open_stream());
  std::string out;
  for (int i = 0; i < image.format.planes(); ++i) {
    const Plane& plane = image.planes.at(static_cast<std::size_t>(i));
    const std::size_t row = static_cast<std::size_t>(plane.width * image.format.sample_bytes());
    const std::size_t at = out.size();
    out.resize(at + row * static_cast<std::size_t>(plane.height));
    must(device.copy_out_rows(
        *stream, Reason::frames, reinterpret_cast<std::byte*>(out.data() + at), plane.data,
        {row, static_cast<std::size_t>(plane.height), static_cast<std::size_t>(plane.pitch), row}));
  }
  must(stream->synchronize());
  return out;
}

std::string text_of(const MediaTime& time) {
  char text[64];
  std::snprintf(text, sizeof text, "%f", time.seconds());
  return text;
}

Decoding::Decoding(const std::string& path, int threads)
    : device_(must(open_cpu_device())),
      source_(must(open_source(path, {}))),
      decoder_(must(make_software_decoder(*device_, source_->stream(), {threads}))) {}

void Decoding::run(const OnFrame& on_frame, const Change& change) {
  int number = 0;
  for (;;) {
    auto packet = must(source_->read());
    if (!packet) break;
    if (change) change(*packet, number++);
    must(decoder_->send(*packet));
    take(on_frame);
  }
  must(decoder_->drain());
  take(on_frame);
}

void Decoding::take(const OnFrame& on_frame) {
  while (auto frame = must(decoder_->receive())) on_frame(*frame);
}

}  // namespace lyn
