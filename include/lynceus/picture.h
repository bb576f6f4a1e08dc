#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "lynceus/export.h"
#include "lynceus/media_time.h"
#include "lynceus/pixel_format.h"
#include "lynceus/result.h"

struct DLManagedTensor;
struct DLManagedTensorVersioned;

namespace lyn {

/// One plane as it lies on the device.
struct DevicePlane {
  /// `cuda`: the CUdeviceptr, to be read after Picture::wait(). `cpu`: an address in a mapping without
  /// access; a host that reads it ends with SIGSEGV, by design. Picture::dlpack() gives pixels to the host.
  std::uintptr_t address = 0;
  std::int64_t pitch = 0;  ///< bytes from one row to the next
  int width = 0;           ///< samples a row; pairs (U, V) in the chroma plane of a semi-planar picture
  int height = 0;          ///< rows
};

/// Ends a hand-over that nobody took: calls the tensor's own deleter.
struct LYN_API DlpackDeleter {
  void operator()(DLManagedTensorVersioned* tensor) const noexcept;
  void operator()(DLManagedTensor* tensor) const noexcept;
};

/// A DLPack tensor (lynceus/dlpack.h). `release()` hands it to a consumer, which then calls its deleter.
using DlpackTensor = std::unique_ptr<DLManagedTensorVersioned, DlpackDeleter>;
using DlpackTensorUnversioned = std::unique_ptr<DLManagedTensor, DlpackDeleter>;

/// The CUDA stream that will read a tensor: a CUstream of the device's primary context, or 1 (legacy
/// default stream), or 2 (per-thread default stream), as in DLPack's `__dlpack__(stream=…)`.
using ConsumerStream = std::optional<std::uintptr_t>;

/// A decoded picture in device memory, on its time line. Copies share the pixels and keep them; the last
/// of them, and of the tensors made from them, gives the memory back. May be used and let go on any
/// thread; it outlives its source. On `cuda` work that reads the pixels must be done before that happens.
class LYN_API Picture {
 public:
  /// Pixels as stored, before rotation.
  [[nodiscard]] int width() const;
  [[nodiscard]] int height() const;
  /// Quarter turns clockwise that show it upright: 0..3.
  [[nodiscard]] int rotation() const;
  [[nodiscard]] PixelFormat format() const;
  /// How samples become light; no field is `unspecified`.
  [[nodiscard]] Colour colour() const;
  /// Exactly the source's: what ffprobe calls best_effort_timestamp, in ticks of the source's time base.
  [[nodiscard]] MediaTime pts() const;
  /// The decoder concealed errors in it, or its references were missing.
  [[nodiscard]] bool damaged() const;

  /// How many planes there are: planar 3, semi-planar 2, grey 1.
  [[nodiscard]] int planes() const;
  /// Plane `index`; an empty one for an index that is none.
  [[nodiscard]] DevicePlane plane(int index) const;
  /// Blocks until the pixels may be read. Error: `device`.
  [[nodiscard]] Status wait() const;

  /// Plane `index` as a tensor of uint8 (8 bits) or uint16 (more; see PixelFormat::high_bits):
  /// [rows, columns], or [rows, columns, 2] for the chroma of a semi-planar picture.
  ///
  /// `cuda`: no copy, read-only, kDLCUDA with the GPU's number, rows a pitch apart; the tensor shares the
  /// picture's memory. `stream` is made to wait on the device until the pixels are ready; without one this
  /// call blocks until they are. The deleter may be called once the consumer's work on it is done.
  /// `cpu`: kDLCPU, a copy that the tensor owns, without gaps, flagged as copied. Its bytes are raw pixels
  /// on the host and are counted in OpenDevice::host_pixel_bytes(). `stream` means nothing.
  ///
  /// Errors: `usage` for a plane that is none; `device`.
  [[nodiscard]] Result<DlpackTensor> dlpack(int index, ConsumerStream stream = {}) const;
  /// The same for consumers that know DLPack before 1.0 only; they are not told that it is read-only.
  [[nodiscard]] Result<DlpackTensorUnversioned> dlpack_unversioned(int index, ConsumerStream stream = {}) const;

 private:
  friend class VideoSource;
  struct Impl;
  explicit Picture(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

}  // namespace lyn
