#include "stages/decode/nvdec_damage_cuda.h"

#include <algorithm>
#include <span>

namespace lyn {
namespace {

bool h264_misses(const CUVIDH264PICPARAMS& h264) {
  return std::ranges::any_of(h264.dpb, [](const CUVIDH264DPBENTRY& entry) { return entry.not_existing != 0; });
}

bool any_missing(const CUVIDHEVCPICPARAMS& hevc, std::span<const unsigned char> set, int count) {
  const auto used = set.first(static_cast<std::size_t>(std::clamp(count, 0, static_cast<int>(set.size()))));
  return std::ranges::any_of(used, [&](unsigned char at) { return at < 16 && hevc.RefPicIdx[at] < 0; });
}

bool hevc_misses(const CUVIDHEVCPICPARAMS& hevc) {
  return any_missing(hevc, hevc.RefPicSetStCurrBefore, hevc.NumPocStCurrBefore) ||
         any_missing(hevc, hevc.RefPicSetStCurrAfter, hevc.NumPocStCurrAfter) ||
         any_missing(hevc, hevc.RefPicSetLtCurr, hevc.NumPocLtCurr);
}

}  // namespace

bool misses_references(cudaVideoCodec codec, const CUVIDPICPARAMS& picture) {
  if (picture.intra_pic_flag != 0) return false;
  if (codec == cudaVideoCodec_H264) return h264_misses(picture.CodecSpecific.h264);
  if (codec == cudaVideoCodec_HEVC) return hevc_misses(picture.CodecSpecific.hevc);
  return false;
}

}  // namespace lyn
