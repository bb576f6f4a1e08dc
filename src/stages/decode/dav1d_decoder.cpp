#include "stages/decode/dav1d_decoder.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/out_of_memory.h"
#include "stages/decode/damage_notes.h"
#include "stages/decode/dav1d_pictures.h"
#include "stages/decode/missing_times.h"

namespace lyn {
namespace {

constexpr unsigned kMostPixels = 8192U * 8192 * 2;
/// Bytes before the OBUs of an av1C box ("AV1 Codec ISO Media File Format Binding" 2.3.3).
constexpr std::size_t kConfigurationHeader = 4;
/// A picture that is needed to decode others and is not shown (Packet::duration).
constexpr std::int64_t kHidden = -1;

struct Dav1dClose {
  void operator()(Dav1dContext* context) const { dav1d_close(&context); }
};

struct Dav1dBytes {
  Dav1dData data{};
  Dav1dBytes() = default;
  Dav1dBytes(const Dav1dBytes&) = delete;
  ~Dav1dBytes() {
    if (data.sz > 0) dav1d_data_unref(&data);
  }
};

void free_owner(const std::uint8_t*, void* owner) {
  delete static_cast<std::shared_ptr<const void>*>(owner);
}

class Dav1dDecoder final : public Decoder {
 public:
  Dav1dDecoder(Device& device, const StreamInfo& stream)
      : device_(device), stream_(stream), pictures_(device), times_(stream.time_base, stream.frame_rate) {}

  Status open(const DecoderOptions& options) {
    Dav1dSettings settings;
    dav1d_default_settings(&settings);
    settings.n_threads = std::max(options.threads, 1);
    settings.max_frame_delay = 1;
    settings.all_layers = 0;
    settings.frame_size_limit = kMostPixels;
    settings.logger = {nullptr, nullptr};
    pictures_.serve(settings);
    Dav1dContext* opened = nullptr;
    if (dav1d_open(&opened, &settings) < 0) {
      return Error{ErrorKind::device, "libdav1d cannot start a decoder", "run fewer cameras, or stop other programs"};
    }
    context_.reset(opened);
    return {};
  }

  Status send(const Packet& packet) override {
    return or_out_of_memory(ErrorKind::device, [&] { return decode(packet); });
  }

  Status drain() override { return {}; }  // no picture is held back

  Result<std::optional<Frame>> receive() override {
    return or_out_of_memory(ErrorKind::device, [&] { return next_picture(); });
  }

  Status reset() override {
    dav1d_flush(context_.get());
    started_ = false;
    times_ = MissingTimes(stream_.time_base, stream_.frame_rate);
    return {};
  }

  std::size_t picture_bytes() const override { return pictures_.picture_bytes(); }
  std::uint64_t skipped_before_key() const override { return skipped_before_key_; }

 private:
  Status decode(const Packet& packet) {
    if (!started_ && !packet.key) {
      ++skipped_before_key_;
      return {};
    }
    if (!std::exchange(started_, true)) send_configuration();
    Dav1dBytes bytes;
    auto owner = std::make_unique<std::shared_ptr<const void>>(packet.owner);
    if (packet.bytes.empty() ||
        dav1d_data_wrap(&bytes.data, packet.bytes.data(), packet.bytes.size(), &free_owner, owner.get()) < 0) {
      return {};
    }
    (void)owner.release();  // free_owner() has it now
    bytes.data.m.timestamp = packet.pts;
    bytes.data.m.duration = packet.duration < 0 ? kHidden : packet.duration;
    bytes.data.m.offset = last_sent_ = notes_.sent(packet, true);
    device_.count_transfer(Reason::bitstream, packet.bytes.size());
    const int code = dav1d_send_data(context_.get(), &bytes.data);
    return code < 0 ? explain(code) : Status();
  }

  Result<std::optional<Frame>> next_picture() {
    for (;;) {
      Dav1dPictureOwner picture(new Dav1dPicture{});
      const int code = dav1d_get_picture(context_.get(), picture.get());
      if (code == DAV1D_ERR(EAGAIN)) return std::optional<Frame>{};
      if (code < 0) {
        LYN_CHECK(explain(code));
        continue;
      }
      if (picture->m.duration == kHidden) continue;
      return std::optional<Frame>(wrap(std::move(picture)));
    }
  }

  /// A container may keep the sequence header to itself and leave it out of the packets.
  void send_configuration() {
    const auto& record = stream_.extradata;
    if (record.size() <= kConfigurationHeader || record[0] != 0x81) return;
    Dav1dBytes bytes;
    std::uint8_t* to = dav1d_data_create(&bytes.data, record.size() - kConfigurationHeader);
    if (to == nullptr) return;
    std::copy(record.begin() + kConfigurationHeader, record.end(), to);
    bytes.data.m.offset = -1;
    // A header that is damaged says so again with the first packet.
    (void)dav1d_send_data(context_.get(), &bytes.data);
  }

  /// A packet that cannot be decoded is damage, not an error; only what can never work ends decoding.
  Status explain(int code) {
    if (auto error = pictures_.take_error()) return *error;
    if (code == DAV1D_ERR(ENOMEM)) {
      return Error{ErrorKind::device, "no memory left to decode", "run fewer cameras, or stop other programs"};
    }
    notes_.lost(last_sent_);
    return {};
  }

  Frame wrap(Dav1dPictureOwner picture) {
    Frame out;
    out.damaged = notes_.is_damaged(picture->m.offset, false);
    out.duration = picture->m.duration > 0 ? picture->m.duration : times_.one_frame();
    out.pts = {times_.fill(picture->m.timestamp, picture->m.duration), stream_.time_base};
    Colour tagged = Dav1dPictures::colour_of(*picture);
    if (tagged.matrix == Matrix::unspecified) tagged.matrix = stream_.colour.matrix;
    if (tagged.siting == Siting::unspecified) tagged.siting = stream_.colour.siting;
    out.image = Dav1dPictures::image_of(std::move(picture));
    out.image.colour = resolve_untagged(tagged, out.image.height, false);
    out.image.rotation = stream_.rotation;
    return out;
  }

  Device& device_;
  StreamInfo stream_;
  DamageNotes notes_{false};
  Dav1dPictures pictures_;
  MissingTimes times_;
  std::uint64_t skipped_before_key_ = 0;
  std::int64_t last_sent_ = -1;
  bool started_ = false;
  std::unique_ptr<Dav1dContext, Dav1dClose> context_;  ///< last: its end gives pictures back
};

static_assert(kNoTimestamp == INT64_MIN, "what dav1d calls an unknown time");

}  // namespace

Result<std::unique_ptr<Decoder>> make_dav1d_decoder(Device& device, const StreamInfo& stream,
                                                    const DecoderOptions& options) {
  return or_out_of_memory(ErrorKind::device, [&]() -> Result<std::unique_ptr<Decoder>> {
    auto decoder = std::make_unique<Dav1dDecoder>(device, stream);
    LYN_CHECK(decoder->open(options));
    return std::unique_ptr<Decoder>(std::move(decoder));
  });
}

}  // namespace lyn
