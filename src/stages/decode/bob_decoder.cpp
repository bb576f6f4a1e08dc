#include "stages/decode/bob_decoder.h"

#include <utility>

#include "core/out_of_memory.h"
#include "kernels/one_field.h"

namespace lyn {
namespace {

/// Keeps what the kernel still reads beside what it writes.
struct Held {
  std::shared_ptr<const void> made;
  std::shared_ptr<const void> source;
};

class BobDecoder final : public Decoder {
 public:
  BobDecoder(Device& device, std::unique_ptr<Decoder> decoder, std::unique_ptr<Stream> stream)
      : device_(device), decoder_(std::move(decoder)), stream_(std::move(stream)) {}

  Status send(const Packet& packet) override { return decoder_->send(packet); }
  Status drain() override { return decoder_->drain(); }
  Status reset() override { return decoder_->reset(); }
  std::uint64_t skipped_before_key() const override { return decoder_->skipped_before_key(); }
  /// Frames given out are ours, where any was interlaced.
  std::size_t picture_bytes() const override { return made_bytes_ > 0 ? made_bytes_ : decoder_->picture_bytes(); }

  Result<std::optional<Frame>> receive() override {
    return or_out_of_memory(ErrorKind::device, [&] { return next_picture(); });
  }

 private:
  Result<std::optional<Frame>> next_picture() {
    LYN_TRY(auto frame, decoder_->receive());
    if (frame && frame->fields != Fields::progressive) {
      LYN_TRY(frame->image, first_field(frame->image, frame->fields == Fields::bottom_first ? 1 : 0));
      frame->fields = Fields::progressive;
    }
    return frame;
  }

  Result<Image> first_field(const Image& from, int kept) {
    LYN_TRY(Image to, make_image(device_, from.width, from.height, from.format, from.colour));
    to.rotation = from.rotation;
    made_bytes_ = bytes_of(to);
    const OneFieldArgs args = one_field_args(from, to, kept);
    LYN_CHECK(stream_->wait(from.ready));
    LYN_CHECK(device_.launch(*stream_, kOneField, args, one_field_grid(args)));
    LYN_TRY(to.ready, stream_->record());
    if (to.ready) to.lease = std::make_shared<Held>(Held{std::move(to.lease), from.lease});
    return to;
  }

  static std::size_t bytes_of(const Image& image) {
    std::size_t bytes = 0;
    for (const Plane& plane : image.planes) bytes += static_cast<std::size_t>(plane.pitch * plane.height);
    return bytes;
  }

  Device& device_;
  std::unique_ptr<Decoder> decoder_;
  std::unique_ptr<Stream> stream_;
  std::size_t made_bytes_ = 0;
};

}  // namespace

Result<std::unique_ptr<Decoder>> with_interlaced_policy(Device& device, std::unique_ptr<Decoder> decoder,
                                                        const DecoderOptions& options) {
  if (options.interlaced == Interlaced::weave) return decoder;
  LYN_TRY(auto stream, device.open_stream());
  return std::unique_ptr<Decoder>(std::make_unique<BobDecoder>(device, std::move(decoder), std::move(stream)));
}

}  // namespace lyn
