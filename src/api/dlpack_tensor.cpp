#include "api/dlpack_tensor.h"

#include <array>
#include <new>
#include <type_traits>
#include <utility>

#include "device/cuda/cuda_device.h"

namespace lyn {

namespace {

/// What DLPack asks of `data`.
constexpr std::align_val_t kAlignment{256};

struct AlignedDelete {
  void operator()(std::byte* bytes) const { ::operator delete(bytes, kAlignment); }
};
using HostBytes = std::unique_ptr<std::byte, AlignedDelete>;

/// A tensor that is handed over, with everything that it points to.
template <class Managed>
struct HandOver {
  Managed managed{};
  std::array<std::int64_t, 3> shape{};
  std::array<std::int64_t, 3> strides{};
  std::shared_ptr<const void> keeper;  ///< `cuda`: the picture
  HostBytes copy;                      ///< `cpu`: the pixels
};

/// Samples that lie side by side in a column of the plane: U and V of a semi-planar picture.
std::int64_t interleaved(const Image& image, int index) {
  return index > 0 && image.format.layout == Layout::semi_planar ? 2 : 1;
}

template <class Managed>
void describe(HandOver<Managed>& hand_over, const Image& image, int index, std::int64_t pitch) {
  const Plane& plane = image.planes[static_cast<std::size_t>(index)];
  const std::int64_t samples = interleaved(image, index);
  const std::int64_t sample_bytes = image.format.sample_bytes();
  hand_over.shape = {plane.height, plane.width, samples};
  hand_over.strides = {pitch / sample_bytes, samples, 1};
  DLTensor& tensor = hand_over.managed.dl_tensor;
  tensor.ndim = samples == 1 ? 2 : 3;
  tensor.dtype = {kDLUInt, static_cast<std::uint8_t>(8 * sample_bytes), 1};
  tensor.shape = hand_over.shape.data();
  tensor.strides = hand_over.strides.data();
}

/// `cuda`: the picture's own memory, in the order of the consumer's stream.
template <class Managed>
Status share(HandOver<Managed>& hand_over, const Device& device, const Image& image, int index,
             const ConsumerStream& stream) {
  if (stream) {
    LYN_CHECK(make_native_stream_wait(*stream, image.ready));
  } else if (image.ready) {
    LYN_CHECK(image.ready->wait());
  }
  const Plane& plane = image.planes[static_cast<std::size_t>(index)];
  describe(hand_over, image, index, plane.pitch);
  hand_over.managed.dl_tensor.data = plane.data.trapped();
  hand_over.managed.dl_tensor.device = {kDLCUDA, cuda_ordinal(device)};
  return {};
}

/// `cpu`: pixels on the host, which the ledger counts.
template <class Managed>
Status copy(HandOver<Managed>& hand_over, Device& device, const Image& image, int index) {
  const Plane& plane = image.planes[static_cast<std::size_t>(index)];
  const std::int64_t row = plane.width * interleaved(image, index) * image.format.sample_bytes();
  const CopyShape shape{static_cast<std::size_t>(row), static_cast<std::size_t>(plane.height),
                        static_cast<std::size_t>(plane.pitch), static_cast<std::size_t>(row)};
  const std::size_t bytes = shape.row_bytes * shape.rows;
  hand_over.copy.reset(static_cast<std::byte*>(::operator new(bytes, kAlignment, std::nothrow)));
  if (!hand_over.copy) {
    return Error{ErrorKind::device, "no host memory for a copy of " + std::to_string(bytes) + " bytes",
                 "let earlier tensors go"};
  }
  LYN_TRY(const auto stream, device.open_stream());
  LYN_CHECK(stream->wait(image.ready));
  LYN_CHECK(device.copy_out_rows(*stream, Reason::frames, hand_over.copy.get(), plane.data, shape));
  LYN_CHECK(stream->synchronize());
  describe(hand_over, image, index, row);
  hand_over.managed.dl_tensor.data = hand_over.copy.get();
  hand_over.managed.dl_tensor.device = {kDLCPU, 0};
  return {};
}

void set_version([[maybe_unused]] DLManagedTensor& tensor, bool /*copied*/) {}

void set_version(DLManagedTensorVersioned& tensor, bool copied) {
  tensor.version = {DLPACK_MAJOR_VERSION, DLPACK_MINOR_VERSION};
  tensor.flags = copied ? DLPACK_FLAG_BITMASK_IS_COPIED : DLPACK_FLAG_BITMASK_READ_ONLY;
}

}  // namespace

template <class Managed>
Result<Managed*> make_dlpack(Device& device, const Image& image, int index, const ConsumerStream& stream,
                             std::shared_ptr<const void> keeper) {
  if (index < 0 || index >= image.format.planes()) {
    return Error{
        ErrorKind::usage,
        "plane " + std::to_string(index) + " was asked of a picture that has " + std::to_string(image.format.planes()),
        "count from 0"};
  }
  auto hand_over = std::make_unique<HandOver<Managed>>();
  if (device.is_cuda()) {
    LYN_CHECK(share(*hand_over, device, image, index, stream));
    hand_over->keeper = std::move(keeper);
  } else {
    LYN_CHECK(copy(*hand_over, device, image, index));
  }
  set_version(hand_over->managed, !device.is_cuda());
  hand_over->managed.manager_ctx = hand_over.get();
  hand_over->managed.deleter = [](Managed* self) { delete static_cast<HandOver<Managed>*>(self->manager_ctx); };
  return &hand_over.release()->managed;
}

template Result<DLManagedTensorVersioned*> make_dlpack(Device&, const Image&, int, const ConsumerStream&,
                                                       std::shared_ptr<const void>);
template Result<DLManagedTensor*> make_dlpack(Device&, const Image&, int, const ConsumerStream&,
                                              std::shared_ptr<const void>);

void DlpackDeleter::operator()(DLManagedTensorVersioned* tensor) const noexcept {
  tensor->deleter(tensor);
}

void DlpackDeleter::operator()(DLManagedTensor* tensor) const noexcept {
  tensor->deleter(tensor);
}

}  // namespace lyn
