#include "stages/decode/nvdec_hardware_cuda.h"

#include <algorithm>

#include "device/caller.h"
#include "stages/decode/nvdec_limits_cuda.h"

namespace lyn {
namespace {

/// More pictures than the stream needs: some are shown but not mapped yet while the next is decoded.
constexpr unsigned kExtraDecodeSurfaces = 2;

NvdecDemand demand_of(const CUVIDEOFORMAT& format) {
  return {format.codec, format.chroma_format, 8U + format.bit_depth_luma_minus8, format.coded_width,
          format.coded_height};
}

NvdecCrop crop_of(const CUVIDEOFORMAT& format) {
  const auto& area = format.display_area;
  return {area.left, area.top, area.right, area.bottom};
}

/// Post-processing works on pairs of pixels: an odd size is widened by one column or row.
tcu_ulong even(int size) {
  return static_cast<tcu_ulong>(size + (size & 1));
}

template <class Rectangle>
void set_rectangle(Rectangle& to, int left, int top, tcu_ulong width, tcu_ulong height) {
  to.left = static_cast<short>(left);
  to.top = static_cast<short>(top);
  to.right = static_cast<short>(left + static_cast<int>(width));
  to.bottom = static_cast<short>(top + static_cast<int>(height));
}

CUVIDDECODECREATEINFO create_info(const CUVIDEOFORMAT& format, const NvdecCrop& crop) {
  CUVIDDECODECREATEINFO info{};
  info.CodecType = format.codec;
  info.ChromaFormat = format.chroma_format;
  info.OutputFormat = nvdec_output(demand_of(format));
  info.bitDepthMinus8 = format.bit_depth_luma_minus8;
  info.DeinterlaceMode = cudaVideoDeinterlaceMode_Weave;
  info.ulNumOutputSurfaces = NvdecHardware::kOutputSurfaces;
  info.ulNumDecodeSurfaces = std::max<unsigned>(format.min_num_decode_surfaces, 1U) + kExtraDecodeSurfaces;
  info.ulCreationFlags = cudaVideoCreate_PreferCUVID;
  info.ulWidth = info.ulMaxWidth = format.coded_width;
  info.ulHeight = info.ulMaxHeight = format.coded_height;
  info.ulTargetWidth = even(crop.width());
  info.ulTargetHeight = even(crop.height());
  set_rectangle(info.display_area, crop.left, crop.top, info.ulTargetWidth, info.ulTargetHeight);
  set_rectangle(info.target_rect, 0, 0, info.ulTargetWidth, info.ulTargetHeight);
  return info;
}

PixelFormat pixel_format(const CUVIDDECODECREATEINFO& info) {
  PixelFormat format;
  format.bit_depth = static_cast<std::uint8_t>(8 + info.bitDepthMinus8);
  format.high_bits = format.bit_depth > 8;
  format.layout = Layout::semi_planar;
  if (info.ChromaFormat == cudaVideoChromaFormat_444) {
    format.chroma = Chroma::yuv444;
    format.layout = Layout::planar;
  } else if (info.ChromaFormat == cudaVideoChromaFormat_Monochrome) {
    format.chroma = Chroma::grey;
    format.layout = Layout::planar;
  }
  return format;
}

}  // namespace

Result<std::shared_ptr<NvdecHardware>> NvdecHardware::create(cuda::ContextRef context, const CUVIDEOFORMAT& format) {
  const auto& api = cuda::nvcuvid_api();
  if (!api) return api.error();
  LYN_CHECK(context->enter());
  LYN_CHECK(nvdec_admits(*context, demand_of(format)));
  std::shared_ptr<NvdecHardware> hardware(new NvdecHardware(std::move(context), **api));
  LYN_CHECK(hardware->open(format));
  return hardware;
}

Status NvdecHardware::open(const CUVIDEOFORMAT& format) {
  crop_ = crop_of(format);
  info_ = create_info(format, crop_);
  const CallerScope scope(Caller::video_decoder);
  return context_->check(api_.create_decoder(&handle_, &info_), "cuvidCreateDecoder");
}

NvdecHardware::~NvdecHardware() {
  const CallerScope scope(Caller::video_decoder);
  if (handle_ != nullptr && context_->enter())
    (void)context_->check(api_.destroy_decoder(handle_), "cuvidDestroyDecoder");
}

bool NvdecHardware::same(const CUVIDEOFORMAT& format) const {
  const NvdecCrop crop = crop_of(format);
  return format.codec == info_.CodecType && format.chroma_format == info_.ChromaFormat &&
         format.bit_depth_luma_minus8 == info_.bitDepthMinus8 && format.coded_width == info_.ulWidth &&
         format.coded_height == info_.ulHeight && crop.left == crop_.left && crop.top == crop_.top &&
         crop.right == crop_.right && crop.bottom == crop_.bottom &&
         format.min_num_decode_surfaces <= info_.ulNumDecodeSurfaces;
}

bool NvdecHardware::can_become(const CUVIDEOFORMAT& format) const {
  return leases_.load(std::memory_order_acquire) == 0 && format.codec == info_.CodecType &&
         format.chroma_format == info_.ChromaFormat && format.bit_depth_luma_minus8 == info_.bitDepthMinus8 &&
         format.coded_width <= info_.ulMaxWidth && format.coded_height <= info_.ulMaxHeight &&
         format.min_num_decode_surfaces <= info_.ulNumDecodeSurfaces;
}

Status NvdecHardware::reconfigure(const CUVIDEOFORMAT& format) {
  const NvdecCrop crop = crop_of(format);
  CUVIDDECODECREATEINFO next = create_info(format, crop);
  next.ulMaxWidth = info_.ulMaxWidth;
  next.ulMaxHeight = info_.ulMaxHeight;
  next.ulNumDecodeSurfaces = info_.ulNumDecodeSurfaces;
  CUVIDRECONFIGUREDECODERINFO change{};
  change.ulWidth = static_cast<unsigned>(next.ulWidth);
  change.ulHeight = static_cast<unsigned>(next.ulHeight);
  change.ulTargetWidth = static_cast<unsigned>(next.ulTargetWidth);
  change.ulTargetHeight = static_cast<unsigned>(next.ulTargetHeight);
  change.ulNumDecodeSurfaces = static_cast<unsigned>(next.ulNumDecodeSurfaces);
  set_rectangle(change.display_area, crop.left, crop.top, next.ulTargetWidth, next.ulTargetHeight);
  set_rectangle(change.target_rect, 0, 0, next.ulTargetWidth, next.ulTargetHeight);
  const CallerScope scope(Caller::video_decoder);
  LYN_CHECK(context_->check(api_.reconfigure_decoder(handle_, &change), "cuvidReconfigureDecoder"));
  info_ = next;
  crop_ = crop;
  return {};
}

Status NvdecHardware::decode(CUVIDPICPARAMS& picture) {
  const CallerScope scope(Caller::video_decoder);
  return context_->check(api_.decode_picture(handle_, &picture), "cuvidDecodePicture");
}

Result<NvdecSurface> NvdecHardware::map(const CUVIDPARSERDISPINFO& shown, CUstream stream) {
  CUVIDPROCPARAMS how{};
  how.progressive_frame = shown.progressive_frame;
  how.top_field_first = shown.top_field_first;
  how.second_field = shown.repeat_first_field + 1;
  how.unpaired_field = shown.repeat_first_field < 0 ? 1 : 0;
  how.output_stream = stream;
  unsigned long long address = 0;
  unsigned pitch = 0;
  const CallerScope scope(Caller::video_decoder);
  LYN_CHECK(
      context_->check(api_.map_frame(handle_, shown.picture_index, &address, &pitch, &how), "cuvidMapVideoFrame"));
  NvdecSurface surface;
  surface.image.lease = lease(address);
  surface.damaged = is_damaged(shown.picture_index);
  fill(surface.image, address, pitch);
  return surface;
}

/// Known for H.264, HEVC and JPEG; other codecs answer "not supported", which says nothing.
bool NvdecHardware::is_damaged(int index) const {
  CUVIDGETDECODESTATUS status{};
  if (api_.decode_status(handle_, index, &status) != CUDA_SUCCESS) return false;
  return status.decodeStatus == cuvidDecodeStatus_Error || status.decodeStatus == cuvidDecodeStatus_Error_Concealed;
}

std::shared_ptr<const void> NvdecHardware::lease(unsigned long long address) {
  leases_.fetch_add(1, std::memory_order_relaxed);
  return {reinterpret_cast<const void*>(address), [hardware = shared_from_this(), address](const void* /*pixels*/) {
            const CallerScope scope(Caller::video_decoder);
            if (hardware->context_->enter()) {
              (void)hardware->context_->check(hardware->api_.unmap_frame(hardware->handle_, address),
                                              "cuvidUnmapVideoFrame");
            }
            hardware->leases_.fetch_sub(1, std::memory_order_release);
          }};
}

/// Planes lie one below the other, each `ulTargetHeight` (even) rows of `pitch` bytes.
void NvdecHardware::fill(Image& image, unsigned long long address, unsigned pitch) const {
  image.width = crop_.width();
  image.height = crop_.height();
  image.format = pixel_format(info_);
  const int shift_x = image.format.chroma_shift_x();
  const int shift_y = image.format.chroma_shift_y();
  std::uint64_t offset = 0;
  for (int i = 0; i < image.format.planes(); ++i) {
    const int width = i == 0 ? image.width : (image.width + shift_x) >> shift_x;
    const int height = i == 0 ? image.height : (image.height + shift_y) >> shift_y;
    image.planes.at(static_cast<std::size_t>(i)) = Plane{ByteAddress{address + offset}, pitch, width, height};
    offset += static_cast<std::uint64_t>(pitch) * info_.ulTargetHeight;
  }
}

}  // namespace lyn
