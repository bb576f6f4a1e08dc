#include "stages/decode/nvdec_cuda.h"

#include <array>
#include <deque>
#include <utility>

#include "core/colour.h"
#include "device/cuda/cuda_device_impl.h"
#include "stages/decode/annexb_cuda.h"
#include "stages/decode/bob_decoder.h"
#include "stages/decode/damage_notes.h"
#include "stages/decode/missing_times.h"
#include "stages/decode/nal_scan.h"
#include "stages/decode/nvdec_damage_cuda.h"
#include "stages/decode/nvdec_hardware_cuda.h"
#include "stages/decode/nvdec_limits_cuda.h"
#include "stages/decode/nvdec_parser_cuda.h"
#include "stages/decode/nvdec_times_cuda.h"

namespace lyn {
namespace {

/// A picture that the parser has shown and that is still inside its decoder.
struct Shown {
  std::shared_ptr<NvdecHardware> hardware;
  CUVIDPARSERDISPINFO info{};
  Colour colour;
  std::int64_t packet = -1;              ///< whose picture it is
  std::int64_t sent_dts = kNoTimestamp;  ///< of the packet that brought it out
  bool misses_references = false;
};

class NvdecDecoder final : public Decoder, private NvdecParserEvents {
 public:
  NvdecDecoder(Device& device, cuda::ContextRef context, StreamInfo stream, cudaVideoCodec codec, AnnexB annexb,
               std::unique_ptr<Stream> order)
      : device_(device),
        context_(std::move(context)),
        stream_(std::move(stream)),
        codec_(codec),
        reorders_(codec != cudaVideoCodec_VP8 && codec != cudaVideoCodec_VP9 && codec != cudaVideoCodec_AV1),
        annexb_(std::move(annexb)),
        order_(std::move(order)),
        scan_(stream_),
        damage_(false),
        missing_(stream_.time_base, stream_.frame_rate) {}

  Status open() {
    LYN_TRY(parser_, NvdecParser::create(context_, codec_, annexb_.headers(), *this));
    return {};
  }

  Status send(const Packet& packet) override {
    started_ = started_ || packet.key;
    if (!started_) {
      ++skipped_before_key_;
      return {};
    }
    const std::span<const std::uint8_t> bytes = annexb_.convert(packet);
    current_ = damage_.sent(packet, scan_.may_be_referenced(packet.bytes));
    if (annexb_.damaged() || bytes.empty()) damage_.lost(current_);
    if (bytes.empty()) return {};
    notes_.keep(current_, packet);
    sent_dts_ = packet.dts;
    device_.count_transfer(Reason::bitstream, bytes.size());
    return parser_->parse(bytes);
  }

  Status drain() override {
    sent_dts_ = kNoTimestamp;
    return parser_->finish();
  }

  Result<std::optional<Frame>> receive() override {
    if (mapped_.empty() && !shown_.empty()) LYN_CHECK(map_oldest());
    if (mapped_.empty()) return std::optional<Frame>{};
    std::optional<Frame> frame(std::move(mapped_.front()));
    mapped_.pop_front();
    return frame;
  }

  Status reset() override {
    shown_.clear();
    mapped_.clear();
    times_ = {};
    missing_ = MissingTimes(stream_.time_base, stream_.frame_rate);
    started_ = false;
    parser_.reset();
    return open();
  }

  std::uint64_t skipped_before_key() const override { return skipped_before_key_; }

 private:
  /// What is known of a decode surface's picture.
  struct Surface {
    std::int64_t packet = -1;
    bool misses_references = false;
  };
  Surface& surface_of(int index) { return surfaces_.at(static_cast<std::size_t>(index) % surfaces_.size()); }

  Result<int> on_sequence(const CUVIDEOFORMAT& format) override {
    colour_ = colour_of(format);
    if (hardware_ == nullptr || !hardware_->same(format)) LYN_CHECK(change_to(format));
    return hardware_->decode_surfaces();
  }

  Status change_to(const CUVIDEOFORMAT& format) {
    if (hardware_ != nullptr && shown_.empty() && hardware_->can_become(format)) return hardware_->reconfigure(format);
    LYN_TRY(hardware_, NvdecHardware::create(context_, format));  // the old one lives on in its pictures
    return {};
  }

  Status on_picture(CUVIDPICPARAMS& picture) override {
    const int index = picture.CurrPicIdx;
    LYN_CHECK(save_before_reuse(index));
    Surface& surface = surface_of(index);
    if (picture.second_field == 0) surface = {current_, false};
    surface.misses_references = surface.misses_references || misses_references(codec_, picture);
    return hardware_->decode(picture);
  }

  /// The parser counts a shown picture's surface as free. Usually it has been mapped by then; when
  /// several are shown at once (a keyframe after B-frames), those about to be overwritten go first.
  Status save_before_reuse(int index) {
    const auto waits = [&] {
      for (const Shown& shown : shown_) {
        if (shown.hardware == hardware_ && shown.info.picture_index == index) return true;
      }
      return false;
    };
    while (waits()) LYN_CHECK(map_oldest());
    return {};
  }

  /// VP8, VP9 and AV1 show a picture with the packet that says so, which may be an older picture.
  Status on_shown(const CUVIDPARSERDISPINFO& info) override {
    const Surface& surface = surface_of(info.picture_index);
    shown_.push_back(
        {hardware_, info, colour_, reorders_ ? surface.packet : current_, sent_dts_, surface.misses_references});
    return {};
  }

  Status map_oldest() {
    Shown shown = std::move(shown_.front());
    shown_.pop_front();
    LYN_CHECK(context_->enter());
    LYN_TRY(NvdecSurface surface, shown.hardware->map(shown.info, cuda::stream_handle(*order_)));
    surface.image.colour = shown.colour;
    surface.image.rotation = stream_.rotation;
    if (shown.hardware->full()) {
      LYN_TRY(surface.image, copied(surface.image));
    }
    LYN_TRY(surface.image.ready, order_->record());
    const NvdecPacketNote note = notes_.of(shown.packet);
    Frame frame;
    frame.image = std::move(surface.image);
    if (shown.info.progressive_frame == 0) {
      frame.fields = shown.info.top_field_first != 0 ? Fields::top_first : Fields::bottom_first;
    }
    frame.duration = note.duration > 0 ? note.duration : missing_.one_frame();
    frame.pts = {missing_.fill(times_.next(note.pts, shown.sent_dts), note.duration), stream_.time_base};
    frame.damaged = damage_.is_damaged(shown.packet, surface.damaged || shown.misses_references);
    mapped_.push_back(std::move(frame));
    return {};
  }

  /// The picture in memory of the pool, so that its surface goes back at once (in the order of our
  /// stream, which every later picture follows).
  Result<Image> copied(const Image& from) {
    LYN_TRY(Image to, make_image(device_, from.width, from.height, from.format, from.colour));
    to.rotation = from.rotation;
    for (int i = 0; i < from.format.planes(); ++i) {
      const Plane& source = from.planes.at(static_cast<std::size_t>(i));
      const Plane& target = to.planes.at(static_cast<std::size_t>(i));
      const int samples = i > 0 && from.format.layout == Layout::semi_planar ? 2 : 1;
      const CopyShape shape{static_cast<std::size_t>(source.width * samples * from.format.sample_bytes()),
                            static_cast<std::size_t>(source.height), static_cast<std::size_t>(source.pitch),
                            static_cast<std::size_t>(target.pitch)};
      LYN_CHECK(device_.copy_within(*order_, target.data, source.data, shape));
    }
    return to;
  }

  Colour colour_of(const CUVIDEOFORMAT& format) const {
    Colour colour = stream_.colour;
    const auto& tags = format.video_signal_description;
    if (const Matrix matrix = matrix_of_code(tags.matrix_coefficients); matrix != Matrix::unspecified)
      colour.matrix = matrix;
    if (tags.video_full_range_flag != 0) colour.range = Range::full;
    const int height = format.display_area.bottom - format.display_area.top;
    return resolve_untagged(colour, height, stream_.codec == CodecId::mjpeg);
  }

  Device& device_;
  cuda::ContextRef context_;
  StreamInfo stream_;
  cudaVideoCodec codec_;
  bool reorders_;  ///< pictures are shown in another order than they come
  AnnexB annexb_;
  std::unique_ptr<Stream> order_;
  std::shared_ptr<NvdecHardware> hardware_;
  std::deque<Shown> shown_;
  std::deque<Frame> mapped_;
  NalScan scan_;
  DamageNotes damage_;
  NvdecNotes notes_;
  MissingTimes missing_;
  BestEffortTime times_;
  Colour colour_;
  std::array<Surface, 64> surfaces_{};  ///< more than any decoder has (32)
  std::int64_t current_ = -1;           ///< the packet inside the parser
  std::int64_t sent_dts_ = kNoTimestamp;
  std::uint64_t skipped_before_key_ = 0;
  bool started_ = false;
  std::unique_ptr<NvdecParser> parser_;  ///< last: its destruction must find everything else alive
};

}  // namespace

Result<std::unique_ptr<Decoder>> make_nvdec_decoder(Device& device, const StreamInfo& stream,
                                                    const DecoderOptions& options) {
  LYN_TRY(cuda::ContextRef context, cuda::context_of(device));
  LYN_TRY(const cudaVideoCodec codec, nvdec_codec(stream));
  LYN_CHECK(context->enter());
  LYN_CHECK(nvdec_admits(*context, nvdec_demand(codec, stream)));
  LYN_TRY(AnnexB annexb, AnnexB::create(stream));
  LYN_TRY(std::unique_ptr<Stream> order, device.open_stream());
  auto decoder =
      std::make_unique<NvdecDecoder>(device, std::move(context), stream, codec, std::move(annexb), std::move(order));
  LYN_CHECK(decoder->open());
  return with_interlaced_policy(device, std::move(decoder), options);
}

}  // namespace lyn
