#pragma once

#include <atomic>
#include <memory>

#include "core/colour.h"
#include "device/cuda/context.h"
#include "device/cuda/nvcuvid_api.h"
#include "device/image.h"

namespace lyn {

/// A rectangle of the coded picture, right and bottom exclusive.
struct NvdecCrop {
  int left = 0, top = 0, right = 0, bottom = 0;
  [[nodiscard]] int width() const { return right - left; }
  [[nodiscard]] int height() const { return bottom - top; }
};

/// A decoded picture as nvcuvid hands it out, before it becomes an Image.
struct NvdecSurface {
  Image image;           ///< `ready` not yet set
  bool damaged = false;  ///< the hardware saw errors in it
};

/// One CUvideodecoder. Shared by the surfaces that it gave out: the last lease to end destroys it.
/// decode() and map() on the decoder's thread; leases may end on any thread (nvcuvid and the driver
/// lock inside, a decoder at a time). No CUvideoctxlock is given: it exists for floating contexts and
/// CUDA-based decoding, and would put every camera of a GPU behind one mutex while one of them waits
/// for its picture.
class NvdecHardware : public std::enable_shared_from_this<NvdecHardware> {
 public:
  /// Surfaces that may be mapped at a time; the last one is kept for copying out (see full()).
  static constexpr int kOutputSurfaces = 6;

  static Result<std::shared_ptr<NvdecHardware>> create(cuda::ContextRef context, const CUVIDEOFORMAT& format);
  ~NvdecHardware();
  NvdecHardware(const NvdecHardware&) = delete;
  NvdecHardware& operator=(const NvdecHardware&) = delete;

  /// How many pictures the parser may keep; what the sequence callback returns.
  [[nodiscard]] int decode_surfaces() const { return static_cast<int>(info_.ulNumDecodeSurfaces); }
  /// True when `format` asks for just what this decoder does now.
  [[nodiscard]] bool same(const CUVIDEOFORMAT& format) const;
  /// True when reconfigure() can do it: same samples, within the memory taken, nothing given out.
  [[nodiscard]] bool can_become(const CUVIDEOFORMAT& format) const;
  Status reconfigure(const CUVIDEOFORMAT& format);

  Status decode(CUVIDPICPARAMS& picture);
  /// Waits (asleep) for the picture to be decoded; its pixels are ready in the order of `stream`.
  /// Errors: what nvcuvid said. Never call it while full().
  Result<NvdecSurface> map(const CUVIDPARSERDISPINFO& shown, CUstream stream);
  /// True when every surface is out: the one mapped last has to be copied and given back.
  [[nodiscard]] bool full() const { return leases_.load(std::memory_order_acquire) >= kOutputSurfaces; }

 private:
  NvdecHardware(cuda::ContextRef context, const cuda::NvcuvidApi& api) : context_(std::move(context)), api_(api) {}
  Status open(const CUVIDEOFORMAT& format);
  [[nodiscard]] bool is_damaged(int index) const;
  void fill(Image& image, unsigned long long address, unsigned pitch) const;
  std::shared_ptr<const void> lease(unsigned long long address);

  cuda::ContextRef context_;
  const cuda::NvcuvidApi& api_;
  CUvideodecoder handle_ = nullptr;
  CUVIDDECODECREATEINFO info_{};
  NvdecCrop crop_;
  std::atomic<int> leases_{0};
};

}  // namespace lyn
