// The parser's functions. libavcodec decodes each packet here, at once; callbacks then tell the program what a parser
// would have: a sequence, a picture to be decoded into a surface, pictures to be shown.
#include <algorithm>
#include <cstring>
#include <map>
#include <vector>

#include "cusim/driver/machine.h"
#include "cusim/nvcuvid/picture.h"

using cusim::Call;
using cusim::Does;
using cusim::Kind;
using cusim::Picture;
using cusim::result;
namespace code = lyn::cuda::result;

namespace {

/// More than any stream reorders; the next picture takes the lowest that is free, so that a surface is used again as
/// soon as may be.
constexpr unsigned kSurfaces = 18;

struct FreeContext {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct CloseParser {
  void operator()(AVCodecParserContext* parser) const { av_parser_close(parser); }
};

AVCodecID codec_id(cudaVideoCodec codec) {
  switch (codec) {
    case cudaVideoCodec_H264:
      return AV_CODEC_ID_H264;
    case cudaVideoCodec_HEVC:
      return AV_CODEC_ID_HEVC;
    case cudaVideoCodec_VP8:
      return AV_CODEC_ID_VP8;
    case cudaVideoCodec_VP9:
      return AV_CODEC_ID_VP9;
    case cudaVideoCodec_MPEG4:
      return AV_CODEC_ID_MPEG4;
    default:
      return AV_CODEC_ID_NONE;
  }
}

/// A picture that was given to the program and not shown yet.
struct Pending {
  std::shared_ptr<Picture> picture;
  int surface = 0;
};

class Parser {
 public:
  explicit Parser(const CUVIDPARSERPARAMS& parameters) : parameters_(parameters) {}

  bool open() {
    const AVCodec* codec = avcodec_find_decoder(codec_id(parameters_.CodecType));
    if (codec == nullptr) return false;
    decoder_ = new_context(codec);
    scout_ = new_context(codec);
    ahead_.reset(av_parser_init(codec->id));
    if (ahead_ != nullptr) ahead_->flags = PARSER_FLAG_COMPLETE_FRAMES;
    return avcodec_open2(decoder_.get(), codec, nullptr) == 0;
  }

  /// False when a callback said no.
  bool take(const std::uint8_t* bytes, std::size_t size) {
    const std::unique_ptr<AVPacket, FreePacket> packet(av_packet_alloc());
    if (av_new_packet(packet.get(), static_cast<int>(size)) < 0) return false;
    std::copy_n(bytes, size, packet->data);
    if (changes_size(*packet) && !finish()) return false;
    packet->pts = packet->dts = next_;
    (void)avcodec_send_packet(decoder_.get(), packet.get());  // a damaged packet is none
    if (decoder_->width > 0 && decoder_->pix_fmt != AV_PIX_FMT_NONE) {
      if (!tell_sequence() || !tell_picture(*packet)) return false;
    }
    ++next_;
    return show_ready();
  }

  /// Shows all that is held.
  bool finish() {
    (void)avcodec_send_packet(decoder_.get(), nullptr);
    const bool shown = show_ready();
    avcodec_flush_buffers(decoder_.get());
    pending_.clear();
    return shown;
  }

  [[nodiscard]] bool end() const { return parameters_.pfnDisplayPicture(parameters_.pUserData, nullptr) != 0; }

 private:
  std::unique_ptr<AVCodecContext, FreeContext> new_context(const AVCodec* codec) const {
    std::unique_ptr<AVCodecContext, FreeContext> context(avcodec_alloc_context3(codec));
    context->thread_count = 1;
    const CUVIDEOFORMATEX* given = parameters_.pExtVideoInfo;
    const std::size_t size = given == nullptr ? 0 : given->format.seqhdr_data_length;
    if (size == 0) return context;
    context->extradata = static_cast<std::uint8_t*>(av_mallocz(size + AV_INPUT_BUFFER_PADDING_SIZE));
    context->extradata_size = static_cast<int>(size);
    std::copy_n(given->raw_seqhdr_data, size, context->extradata);
    return context;
  }

  /// Looks at a packet before it is decoded: pictures of the old size are shown before the new sequence is told of.
  bool changes_size(const AVPacket& packet) {
    if (ahead_ == nullptr) return false;
    std::uint8_t* whole = nullptr;
    int size = 0;
    av_parser_parse2(ahead_.get(), scout_.get(), &whole, &size, packet.data, packet.size, next_, next_, -1);
    return told_ && ahead_->width > 0 && ahead_->key_frame == 1 &&
           (ahead_->width != decoder_->width || ahead_->height != decoder_->height);
  }

  CUVIDEOFORMAT format() const {
    const AVPixFmtDescriptor& samples = *av_pix_fmt_desc_get(decoder_->pix_fmt);
    CUVIDEOFORMAT format{};
    format.codec = parameters_.CodecType;
    format.progressive_sequence = 1;
    format.bit_depth_luma_minus8 = format.bit_depth_chroma_minus8 =
        static_cast<unsigned char>(samples.comp[0].depth - 8);
    format.min_num_decode_surfaces = kSurfaces;
    format.coded_width = static_cast<unsigned>(std::max(decoder_->coded_width, decoder_->width));
    format.coded_height = static_cast<unsigned>(std::max(decoder_->coded_height, decoder_->height));
    format.display_area = {0, 0, decoder_->width, decoder_->height};
    format.chroma_format = samples.nb_components < 3    ? cudaVideoChromaFormat_Monochrome
                           : samples.log2_chroma_w == 0 ? cudaVideoChromaFormat_444
                           : samples.log2_chroma_h == 0 ? cudaVideoChromaFormat_422
                                                        : cudaVideoChromaFormat_420;
    auto& signal = format.video_signal_description;
    signal.video_full_range_flag = decoder_->color_range == AVCOL_RANGE_JPEG;
    signal.color_primaries = static_cast<unsigned char>(decoder_->color_primaries);
    signal.transfer_characteristics = static_cast<unsigned char>(decoder_->color_trc);
    signal.matrix_coefficients = static_cast<unsigned char>(decoder_->colorspace);
    return format;
  }

  bool tell_sequence() {
    CUVIDEOFORMAT now = format();
    if (told_ && std::memcmp(&now, &format_, sizeof now) == 0) return true;
    const int surfaces = parameters_.pfnSequenceCallback(parameters_.pUserData, &now);
    told_ = surfaces > 0;
    format_ = format();
    surfaces_ = std::max(surfaces, 1);
    return told_;
  }

  bool tell_picture(const AVPacket& packet) {
    Pending next{std::make_shared<Picture>(), free_surface()};
    CUVIDPICPARAMS picture{};
    picture.PicWidthInMbs = (decoder_->width + 15) / 16;
    picture.FrameHeightInMbs = (decoder_->height + 15) / 16;
    picture.CurrPicIdx = next.surface;
    picture.nBitstreamDataLen = static_cast<unsigned>(packet.size);
    picture.pBitstreamData = packet.data;
    picture.nNumSlices = 1;
    picture.ref_pic_flag = 1;
    picture.intra_pic_flag = ahead_ != nullptr && ahead_->pict_type == AV_PICTURE_TYPE_I;
    cusim::name_picture(picture, next.picture);
    pending_[next_] = std::move(next);
    return parameters_.pfnDecodePicture(parameters_.pUserData, &picture) != 0;
  }

  /// Pictures that never come out, of damaged packets, lose theirs to those that do.
  int free_surface() {
    std::vector<bool> taken(static_cast<std::size_t>(surfaces_));
    while (pending_.size() >= taken.size()) pending_.erase(pending_.begin());
    for (const auto& [number, pending] : pending_)
      taken[static_cast<std::size_t>(pending.surface) % taken.size()] = true;
    return static_cast<int>(std::ranges::find(taken, false) - taken.begin());
  }

  bool show_ready() {
    for (;;) {
      std::unique_ptr<AVFrame, cusim::FreeFrame> frame(av_frame_alloc());
      if (avcodec_receive_frame(decoder_.get(), frame.get()) < 0) return true;
      const auto found = pending_.find(frame->pts);
      if (found == pending_.end()) continue;
      CUVIDPARSERDISPINFO shown{};
      shown.picture_index = found->second.surface;
      shown.progressive_frame = frame->interlaced_frame == 0;
      shown.top_field_first = frame->top_field_first;
      found->second.picture->damaged = (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame->decode_error_flags != 0;
      found->second.picture->frame = std::move(frame);
      const std::shared_ptr<Picture> kept = found->second.picture;
      pending_.erase(found);
      if (parameters_.pfnDisplayPicture(parameters_.pUserData, &shown) == 0) return false;
    }
  }

  CUVIDPARSERPARAMS parameters_;
  std::unique_ptr<AVCodecContext, FreeContext> decoder_;
  std::unique_ptr<AVCodecContext, FreeContext> scout_;
  std::unique_ptr<AVCodecParserContext, CloseParser> ahead_;
  CUVIDEOFORMAT format_{};
  bool told_ = false;
  int surfaces_ = 1;
  std::int64_t next_ = 0;
  std::map<std::int64_t, Pending> pending_;
};

Parser* as_parser(CUvideoparser handle) {
  return static_cast<Parser*>(handle);
}

}  // namespace

extern "C" {

CUresult cuvidCreateVideoParser(CUvideoparser* handle, CUVIDPARSERPARAMS* parameters) {
  Call call("cuvidCreateVideoParser", Does::allocates);
  if (!call) return call.answer();
  auto parser = std::make_unique<Parser>(*parameters);
  if (!parser->open()) return result(code::kNotSupported);
  *handle = parser.release();
  call.makes(Kind::parser, *handle);
  return CUDA_SUCCESS;
}

CUresult cuvidParseVideoData(CUvideoparser handle, CUVIDSOURCEDATAPACKET* packet) {
  {
    Call call("cuvidParseVideoData");
    if (!call || !call.uses(Kind::parser, handle)) return call.answer();
  }  // callbacks are called, and packets decoded, without the lock
  Parser& parser = *as_parser(handle);
  bool well = packet->payload_size == 0 || parser.take(packet->payload, packet->payload_size);
  if (well && (packet->flags & CUVID_PKT_ENDOFSTREAM) != 0) well = parser.finish() && parser.end();
  return well ? CUDA_SUCCESS : result(code::kInvalidValue);
}

CUresult cuvidDestroyVideoParser(CUvideoparser handle) {
  Call call("cuvidDestroyVideoParser", Does::gives_back);
  if (call.gives_back(Kind::parser, handle)) delete as_parser(handle);
  return call.answer();
}

}  // extern "C"
