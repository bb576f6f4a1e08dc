#pragma once

#include <cstddef>
#include <cstdint>

/// Marks arithmetic that is compiled for the host and for the GPU from one source.
#if defined(__CUDACC__)
#define LYN_HD __host__ __device__ __forceinline__
#else
#define LYN_HD inline
#endif

namespace lyn {

namespace detail {
/// Distance from the trapped view of `cpu` device memory to its readable view. Set once, before the
/// first allocation, for the whole process. See docs/ARCHITECTURE.md, "Residency trap".
extern std::ptrdiff_t host_view_offset;
}  // namespace detail

/// The address of device memory. It can be carried, offset and compared everywhere, but read only
/// by kernels and codecs, through host_view(). On `cuda` it is a CUdeviceptr; on `cpu` it lies in a
/// PROT_NONE mapping, so that a host touch through trapped() faults at once.
template <class T>
struct Address {
  std::uintptr_t raw = 0;

  [[nodiscard]] LYN_HD bool null() const { return raw == 0; }
  [[nodiscard]] LYN_HD Address offset_bytes(std::ptrdiff_t bytes) const {
    return {raw + static_cast<std::uintptr_t>(bytes)};
  }
  template <class U>
  [[nodiscard]] LYN_HD Address<U> as() const {
    return {raw};
  }

  /// For kernels and codecs only (`tests/layers` holds the list of files that may name it).
  /// In a kernel body on `cpu`, fetch it once a row: the compiler cannot hoist the offset.
  [[nodiscard]] LYN_HD T* host_view() const {
#if defined(__CUDA_ARCH__)
    return reinterpret_cast<T*>(raw);
#else
    return reinterpret_cast<T*>(raw + static_cast<std::uintptr_t>(detail::host_view_offset));
#endif
  }

  /// The pointer as application code may hold it. Reading through it on the host is a violation.
  [[nodiscard]] T* trapped() const {
    return reinterpret_cast<T*>(raw);
  }

  bool operator==(const Address&) const = default;
};

using ByteAddress = Address<std::byte>;

}  // namespace lyn
