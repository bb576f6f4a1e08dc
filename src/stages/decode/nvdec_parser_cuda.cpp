#include "stages/decode/nvdec_parser_cuda.h"

#include <algorithm>

#include "device/caller.h"
namespace lyn {
namespace {

/// Pictures are decoded however damaged: their frames are marked instead of missing.
constexpr unsigned kDecodeAnything = 100;

}  // namespace

Result<std::unique_ptr<NvdecParser>> NvdecParser::create(cuda::ContextRef context, cudaVideoCodec codec,
                                                         std::span<const std::uint8_t> headers,
                                                         NvdecParserEvents& events) {
  const auto& api = cuda::nvcuvid_api();
  if (!api) return api.error();
  std::unique_ptr<NvdecParser> parser(new NvdecParser(std::move(context), **api, events));
  const std::size_t length = std::min(headers.size(), sizeof parser->headers_.raw_seqhdr_data);
  std::copy_n(headers.begin(), length, parser->headers_.raw_seqhdr_data);
  parser->headers_.format.seqhdr_data_length = static_cast<unsigned>(length);
  CUVIDPARSERPARAMS parameters{};
  parameters.CodecType = codec;
  parameters.ulMaxNumDecodeSurfaces = 1;  // the sequence callback says how many
  parameters.ulErrorThreshold = kDecodeAnything;
  parameters.ulMaxDisplayDelay = 0;
  parameters.pUserData = parser.get();
  parameters.pfnSequenceCallback = &NvdecParser::sequence;
  parameters.pfnDecodePicture = &NvdecParser::picture;
  parameters.pfnDisplayPicture = &NvdecParser::shown;
  parameters.pExtVideoInfo = &parser->headers_;
  const CallerScope scope(Caller::video_decoder);
  LYN_CHECK(parser->context_->check((*api)->create_parser(&parser->handle_, &parameters), "cuvidCreateVideoParser"));
  return parser;
}

NvdecParser::~NvdecParser() {
  if (handle_ != nullptr && context_->enter()) api_.destroy_parser(handle_);
}

Status NvdecParser::parse(std::span<const std::uint8_t> bytes) {
  CUVIDSOURCEDATAPACKET packet{};
  packet.flags = CUVID_PKT_ENDOFPICTURE;
  packet.payload = bytes.data();
  packet.payload_size = bytes.size();
  return give(packet);
}

Status NvdecParser::finish() {
  CUVIDSOURCEDATAPACKET packet{};
  packet.flags = CUVID_PKT_ENDOFSTREAM;
  return give(packet);
}

Status NvdecParser::give(CUVIDSOURCEDATAPACKET& packet) {
  error_.reset();
  LYN_CHECK(context_->enter());
  const CallerScope scope(Caller::video_decoder);
  const CUresult answer = api_.parse(handle_, &packet);
  if (error_) return *error_;
  return context_->check(answer, "cuvidParseVideoData");
}

int NvdecParser::sequence(void* self, CUVIDEOFORMAT* format) {
  auto& parser = *static_cast<NvdecParser*>(self);
  auto surfaces = parser.events_.on_sequence(*format);
  if (surfaces) return *surfaces;
  parser.error_ = surfaces.error();
  return 0;
}

int NvdecParser::picture(void* self, CUVIDPICPARAMS* picture) {
  auto& parser = *static_cast<NvdecParser*>(self);
  const auto decoded = parser.events_.on_picture(*picture);
  if (decoded) return 1;
  parser.error_ = decoded.error();
  return 0;
}

int NvdecParser::shown(void* self, CUVIDPARSERDISPINFO* shown) {
  auto& parser = *static_cast<NvdecParser*>(self);
  if (shown == nullptr) return 1;  // end of stream
  const auto taken = parser.events_.on_shown(*shown);
  if (taken) return 1;
  parser.error_ = taken.error();
  return 0;
}

}  // namespace lyn
